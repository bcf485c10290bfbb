//! A server or a network that fails: what is said of the effect is true.

use keybaton_ports::{Blame, Certainty, Fault, Issuer, Presented, Verdict};
use keybaton_testkit::server::Mariadb;
use keybaton_types::IssuedId;
use serde_json::{Value, json};

use super::bench::{Bench, create, drawn, issuer, probe, secret, settings, text};
use crate::cutting::{Cutting, Holding, Lost};

/// More messages than any call has.
const MOST: usize = 20;

/// The issuer through a network that cuts.
fn through(server: &Mariadb, network: &Cutting, accounts: &Value) -> std::sync::Arc<dyn Issuer> {
    let mut settings = settings(server, server.admin(), accounts);
    settings["url"] = json!(format!("mysql://{}@127.0.0.1:{}", server.admin(), network.port));
    issuer(&settings, server.password())
}

/// What may be said after a call that was cut, when this is what became of it.
fn assert_true(fault: &Fault, happened: bool, at: &str) {
    assert_eq!(fault.blame, Blame::Transient, "{at}: {fault}");
    assert!(!happened || fault.certainty == Certainty::Unknown, "{at}: it happened, but {fault}");
}

#[tokio::test]
async fn a_frozen_server_was_sent_nothing() {
    let Some(server) = Mariadb::start().await else { return };
    let old = server.user("app").await;
    let bench = Bench::new(&server, &json!({ "account": "app" }));
    let quick = json!({ "account": "app", "timeout": "1s", "quiescence": "1s" });
    let hasty = issuer(&settings(&server, server.admin(), &quick), server.password());
    server.freeze();
    let created = create(&*hasty, 1, &drawn(), &[]).await.err().unwrap();
    let destroyed = hasty.destroy(&IssuedId::from("app:0000000000000000")).await.unwrap_err();
    server.thaw();
    for fault in [created, destroyed] {
        assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    }
    let id = bench.recognised(&old).await.unwrap();
    assert_eq!(bench.ids().await, [id]);
}

#[tokio::test]
async fn a_killed_server_comes_back_with_what_was_done() {
    let Some(mut server) = Mariadb::start().await else { return };
    let old = server.user("app").await;
    let bench = Bench::new(&server, &json!({ "account": "app" }));
    let old_id = bench.recognised(&old).await.unwrap();
    let (id, value) = bench.create(1, &[]).await;
    server.kill();
    let fault = bench.issuer.destroy(&old_id).await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    server.restart().await;
    assert_eq!(bench.verdict(&id, &value).await, Verdict::Accepted);
    assert_eq!(bench.verdict(&old_id, &old).await, Verdict::Accepted);
}

#[tokio::test]
async fn a_create_that_is_cut_anywhere_says_what_is_true_and_the_same_again_is_one_credential() {
    let Some(server) = Mariadb::shared().await else { return };
    for (mode, accounts) in
        [("one", json!({ "account": "cut_one" })), ("two", json!({ "accounts": ["cut_a", "cut_b"] }))]
    {
        let nobody = "IDENTIFIED VIA mysql_native_password USING 'invalid'";
        let user = if mode == "one" { "cut_one" } else { "cut_b" };
        server.run(&format!("CREATE USER {user} {nobody}")).await;
        let bench = Bench::new(server, &accounts);
        let (mut unknown, mut cuts) = (0, 0);
        for lost in [Lost::Message, Lost::Answer] {
            for message in 0..MOST {
                let network = Cutting::at(server.port(), message, lost).await;
                let value = drawn();
                let outcome = create(&*through(server, &network, &accounts), 1, &value, &[]).await;
                let happened = bench.recognised(&value).await.is_some();
                match outcome {
                    Ok(_) => assert!(happened, "{mode} {lost:?} {message}: it was said to be done"),
                    Err(fault) => {
                        assert_true(&fault, happened, &format!("{mode} {lost:?} {message}"));
                        unknown += u32::from(fault.certainty == Certainty::Unknown);
                        cuts += 1;
                    }
                }
                let again = create(&*bench.issuer, 1, &value, &[]).await.unwrap().id;
                assert_eq!(bench.ids().await, std::slice::from_ref(&again), "{mode} {lost:?} {message}");
                assert_eq!(bench.verdict(&again, &value).await, Verdict::Accepted);
                bench.issuer.destroy(&again).await.unwrap();
            }
        }
        assert!(unknown >= 2 && cuts > unknown, "{mode}: {unknown} of {cuts} cuts are unknown");
    }
}

#[tokio::test]
async fn a_destroy_that_is_cut_anywhere_says_what_is_true_and_the_same_again_is_success() {
    let Some(server) = Mariadb::shared().await else { return };
    for accounts in [json!({ "account": "cut_gone" }), json!({ "accounts": ["cut_gone", "cut_gone_b"] })] {
        let nobody = "IDENTIFIED VIA mysql_native_password USING 'invalid'";
        server.run(&format!("CREATE OR REPLACE USER cut_gone {nobody}")).await;
        let bench = Bench::new(server, &accounts);
        for lost in [Lost::Message, Lost::Answer] {
            for message in 0..MOST {
                let (id, value) = bench.create(1, &[]).await;
                let network = Cutting::at(server.port(), message, lost).await;
                let outcome = through(server, &network, &accounts).destroy(&id).await;
                let happened = bench.recognised(&value).await.is_none();
                match outcome {
                    Ok(()) => assert!(happened, "{lost:?} {message}: it was said to be done"),
                    Err(fault) => assert_true(&fault, happened, &format!("{lost:?} {message}")),
                }
                bench.issuer.destroy(&id).await.unwrap();
                assert_eq!(bench.verdict(&id, &value).await, Verdict::Refused);
            }
        }
    }
}

#[tokio::test]
async fn what_somebody_else_changes_between_reading_and_writing_is_not_undone() {
    let Some(server) = Mariadb::shared().await else { return };
    let old = server.user("cut_late").await;
    let accounts = json!({ "account": "cut_late" });
    let bench = Bench::new(server, &accounts);
    // The login, the limits and the reading pass; the change is late.
    let network = Holding::at(server.port(), 3).await;
    let mut settings = settings(server, server.admin(), &accounts);
    settings["url"] = json!(format!("mysql://{}@127.0.0.1:{}", server.admin(), network.port));
    let late = issuer(&settings, server.password());
    let value = drawn();
    let (outcome, ()) = tokio::join!(create(&*late, 1, &value, &[]), async {
        network.arrived().await;
        server.run("SET PASSWORD FOR cut_late = PASSWORD('by hand')").await;
        network.go_on();
    });
    let fault = outcome.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::Refused), "{fault}");
    assert!(bench.recognised(&text("by hand")).await.is_some());
    assert_eq!((bench.recognised(&value).await, bench.recognised(&old).await), (None, None));
}

#[tokio::test]
async fn a_probe_that_gets_no_answer_never_counts_against_a_credential() {
    let Some(server) = Mariadb::shared().await else { return };
    let value = server.user("cut_probe").await;
    let (secret, id) = (secret(), IssuedId::from("cut_probe"));
    for lost in [Lost::Message, Lost::Answer] {
        for message in 0..2 {
            let network = Cutting::at(server.port(), message, lost).await;
            let outcome = probe(network.port).probe(Presented { secret: &secret, id: &id, value: &value }).await;
            assert_eq!(outcome.unwrap_err().blame, Blame::Transient);
        }
    }
    let nobody = probe(1).probe(Presented { secret: &secret, id: &id, value: &value }).await;
    assert_eq!(nobody.unwrap_err().certainty, Certainty::NotSent);
}
