//! An issuer that is not there, or does not let us in.

use keybaton_sandbox::{Fault, Operation};

use crate::stage::{ADMIN, Bench, OLD_ID, OLD_VALUE, SECRET};

#[tokio::test]
async fn an_unreachable_issuer_makes_nothing_uncertain() {
    let bench = Bench::adopted().await;
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = std::fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
    bench.keybaton.write("keybaton.toml", &config.replace(bench.service.url(), &format!("http://{nowhere}")));
    bench.run(&format!("plan {SECRET}")).await.exits(3).explains();
    let ended = bench.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    ended.says(&["safe:", "hint:", "nothing was revoked"]);
    bench.keybaton.write("keybaton.toml", &config);
    assert_eq!(bench.service.live(), [OLD_ID]);
    assert_eq!(bench.value().await, OLD_VALUE);
}

#[tokio::test]
async fn a_wrong_admin_credential_is_ours_to_repair() {
    let bench = Bench::adopted().await;
    bench.keybaton.write("admin.token", "not-the-token-of-the-admin");
    let plan = bench.run(&format!("plan {SECRET}")).await.exits(3).explains();
    plan.says(&["401"]).hides("not-the-token-of-the-admin");
    let ended = bench.run(&format!("rotate {SECRET} --wait")).await.exits(5).hides("not-the-token-of-the-admin");
    ended.says(&["safe:", "hint:", "401"]);
    assert_eq!(bench.service.live(), [OLD_ID]);
    bench.keybaton.write("admin.token", ADMIN);
    bench.run(&format!("resume {SECRET}")).await;
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    bench.assert_whole().await;
}

#[tokio::test]
async fn an_issuer_that_repeats_our_credential_in_its_errors_is_not_quoted() {
    let bench = Bench::adopted().await;
    for _ in 0..3 {
        bench.service.state().push_fault(Operation::List, Fault::EchoAdmin);
    }
    bench.run(&format!("plan {SECRET}")).await.exits(3).explains().hides(ADMIN);
    bench.run(&format!("rotate {SECRET} --wait=6s")).await.hides(ADMIN);
    bench.run(&format!("explain {SECRET}")).await.exits(0).hides(ADMIN);
    bench.run("audit export").await.exits(0).hides(ADMIN);
}
