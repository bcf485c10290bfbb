//! `check`: what consumers read is read as they read it, and tried.

use keybaton_sandbox::{Fault, Operation};

use crate::stage::{Bench, OLD_ID, OLD_VALUE, SECRET};

#[tokio::test]
async fn a_key_that_works_is_healthy_and_its_version_is_named() {
    let bench = Bench::adopted().await;
    let ended = bench.run(&format!("check {SECRET}")).await.exits(0).hides(OLD_VALUE);
    ended.says(&["healthy", "the probe accepts version 1"]);
    let check = bench.run(&format!("check {SECRET} --json")).await.exits(0).hides(OLD_VALUE).json();
    assert_eq!((&check["schema"], &check["version"]), (&"keybaton/check/v1".into(), &1.into()));
    assert_eq!((&check["probe"], &check["healthy"]), (&"accepted".into(), &true.into()));
    let before = bench.run("audit tail").await.exits(0).out;
    bench.run(&format!("check {SECRET}")).await.exits(0);
    assert_eq!(bench.run("audit tail").await.exits(0).out, before, "a check leaves nothing behind");
    assert_eq!(bench.status().await["consumers"]["instances"], 0, "a check is no consumer");
}

#[tokio::test]
async fn a_key_that_is_refused_is_a_no_with_its_version() {
    let bench = Bench::adopted().await;
    bench.service.state().disable(OLD_ID).unwrap();
    bench.service.forgets(OLD_VALUE).await;
    let ended = bench.run(&format!("check {SECRET}")).await.exits(1);
    ended.says(&["unhealthy", "the probe refuses version 1", "hint:"]);
    let check = bench.run(&format!("check {SECRET} --json")).await.exits(1).json();
    assert_eq!((&check["probe"], &check["healthy"]), (&"refused".into(), &false.into()));
}

#[tokio::test]
async fn a_service_that_is_away_leaves_it_open() {
    let bench = Bench::adopted().await;
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let config = std::fs::read_to_string(bench.keybaton.path("keybaton.toml")).unwrap();
    bench.keybaton.write("keybaton.toml", &config.replace(bench.service.url(), &format!("http://{nowhere}")));
    let ended = bench.run(&format!("check {SECRET}")).await.exits(3).hides(OLD_VALUE);
    ended.says(&["unknown", "no clear answer on version 1"]);
}

#[tokio::test]
async fn what_the_issuer_cannot_do_is_no_reason_to_call_a_key_bad() {
    let bench = Bench::adopted().await;
    bench.service.state().push_fault(Operation::List, Fault::ErrorNotDone { status: 503 });
    bench.run(&format!("check {SECRET}")).await.exits(0);
}

#[tokio::test]
async fn during_a_rotation_the_version_that_consumers_get_is_tried() {
    let bench =
        Bench::with("overlap = { min = \"1h\", max = \"2h\", until = \"time\" }\nwatch = { for = \"1s\" }").await;
    bench.rotate_until("draining").await;
    let check = bench.run(&format!("check {SECRET} --json")).await.exits(0).json();
    assert_eq!(check["version"], 2);
    let new = bench.service.live().into_iter().find(|id| id != OLD_ID).unwrap();
    let value = bench.value().await;
    bench.service.state().disable(&new).unwrap();
    bench.service.forgets(&value).await;
    let check = bench.run(&format!("check {SECRET} --json")).await.exits(1).json();
    assert_eq!((&check["version"], &check["probe"]), (&2.into(), &"refused".into()));
}

#[tokio::test]
async fn a_rendering_is_read_and_the_key_in_it_is_tried() {
    let bench = Bench::with("render = \"https://{{ id }}:{{ value }}@far\"\noverlap = { until = \"time\" }").await;
    let check = bench.run(&format!("check {SECRET} --json")).await.exits(0).json();
    assert_eq!((&check["version"], &check["probe"]), (&1.into(), &"accepted".into()));
}

#[tokio::test]
async fn without_a_key_or_a_configuration_it_says_what_to_do() {
    let bench = Bench::bare("overlap = { until = \"time\" }").await;
    bench.run(&format!("check {SECRET}")).await.exits(3).says(&["no key is managed yet", "hint:"]);
    bench.run("check payments/nowhere").await.exits(2).explains();
    crate::stage::Keybaton::new().run(&format!("check {SECRET}")).await.exits(2).explains();
}
