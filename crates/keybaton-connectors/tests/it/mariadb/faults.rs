//! A server or a network that fails: what is said of the effect is true.

use std::sync::Arc;

use keybaton_ports::{Blame, Certainty, Issuer, Verdict};
use keybaton_testkit::server::Mariadb;
use keybaton_types::IssuedId;
use serde_json::{Value, json};

use super::bench::{bench_of, issuer, moved, probe, settings};
use crate::bench::{create, drawn, text};
use crate::cuts::{Cuts, Failed, assert_inconclusive, assert_not_sent};
use crate::cutting::Holding;

/// More messages than any call has.
const MOST: usize = 20;

#[tokio::test]
async fn a_frozen_server_was_sent_nothing() {
    let Some(server) = Mariadb::start().await else { return };
    let old = server.user("app").await;
    let bench = bench_of(&server, &json!({ "account": "app" }));
    let quick = json!({ "account": "app", "timeout": "1s", "quiescence": "1s" });
    let hasty = issuer(&settings(&server, server.admin(), &quick), server.password());
    assert_not_sent(&*hasty, || server.freeze(), || server.thaw()).await;
    let id = bench.recognised(&old).await.unwrap();
    assert_eq!(bench.ids().await, [id]);
}

#[tokio::test]
async fn a_killed_server_comes_back_with_what_was_done() {
    let Some(mut server) = Mariadb::start().await else { return };
    let old = server.user("app").await;
    let bench = bench_of(&server, &json!({ "account": "app" }));
    let old_id = bench.recognised(&old).await.unwrap();
    let (id, value) = bench.create(1, &[]).await;
    server.kill();
    let fault = bench.issuer.destroy(&old_id).await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    server.restart().await;
    assert_eq!(bench.verdict(&id, &value).await, Verdict::Accepted);
    assert_eq!(bench.verdict(&old_id, &old).await, Verdict::Accepted);
}

/// The issuer of these accounts through another port.
fn through(server: &Mariadb, accounts: &Value, port: u16) -> Arc<dyn Issuer> {
    let user = server.admin();
    issuer(&moved(&settings(server, user, accounts), user, port), server.password())
}

#[tokio::test]
async fn a_create_that_is_cut_anywhere_says_what_is_true_and_the_same_again_is_one_credential() {
    let Some(server) = Mariadb::shared().await else { return };
    for (user, accounts) in
        [("cut_one", json!({ "account": "cut_one" })), ("cut_b", json!({ "accounts": ["cut_a", "cut_b"] }))]
    {
        let nobody = "IDENTIFIED VIA mysql_native_password USING 'invalid'";
        server.run(&format!("CREATE USER {user} {nobody}")).await;
        let bench = bench_of(server, &accounts);
        let through = |port| through(server, &accounts, port);
        let cuts = Cuts { bench: &bench, server: server.port(), most: MOST, through: &through };
        let Failed { unknown, all } = cuts.creates().await;
        assert!(unknown >= 2 && all > unknown, "{accounts}: {unknown} of {all} cuts are unknown");
    }
}

#[tokio::test]
async fn a_destroy_that_is_cut_anywhere_says_what_is_true_and_the_same_again_is_success() {
    let Some(server) = Mariadb::shared().await else { return };
    for accounts in [json!({ "account": "cut_gone" }), json!({ "accounts": ["cut_gone", "cut_gone_b"] })] {
        let nobody = "IDENTIFIED VIA mysql_native_password USING 'invalid'";
        server.run(&format!("CREATE OR REPLACE USER cut_gone {nobody}")).await;
        let bench = bench_of(server, &accounts);
        let through = |port| through(server, &accounts, port);
        Cuts { bench: &bench, server: server.port(), most: MOST, through: &through }.destroys().await;
    }
}

#[tokio::test]
async fn what_somebody_else_changes_between_reading_and_writing_is_not_undone() {
    let Some(server) = Mariadb::shared().await else { return };
    let old = server.user("cut_late").await;
    let accounts = json!({ "account": "cut_late" });
    let bench = bench_of(server, &accounts);
    // The login, the limits and the reading pass; the change is late.
    let network = Holding::at(server.port(), 3).await;
    let late = through(server, &accounts, network.port);
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
    assert_inconclusive(server.port(), &probe, (&IssuedId::from("cut_probe"), &value)).await;
}
