//! One account with two passwords.

use keybaton_ports::{Blame, Certainty, Verdict};
use keybaton_testkit::server::Mariadb;
use keybaton_types::IssuedId;
use serde_json::json;
use sqlx::Connection;

use super::bench::bench_of;
use crate::bench::{create, drawn, text};

async fn methods(server: &Mariadb, user: &str) -> String {
    server.column(&format!("SHOW CREATE USER {user}")).await.concat()
}

#[tokio::test]
async fn the_old_password_works_until_it_is_revoked_and_sessions_outlive_it() {
    let Some(server) = Mariadb::shared().await else { return };
    let old = server.user("one_sides").await;
    let bench = bench_of(server, &json!({ "account": "one_sides" }));
    let old_id = bench.recognised(&old).await.unwrap();
    let mut session = server.login("one_sides", &old).await.unwrap();
    let (new_id, new) = bench.create(1, std::slice::from_ref(&old_id)).await;
    assert_eq!(bench.verdict(&new_id, &new).await, Verdict::Accepted);
    assert_eq!(bench.verdict(&old_id, &old).await, Verdict::Accepted);
    let fault = create(&*bench.issuer, 2, &drawn(), &[]).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::Full, Certainty::Refused), "{fault}");

    bench.issuer.destroy(&old_id).await.unwrap();
    assert_eq!(bench.verdict(&old_id, &old).await, Verdict::Refused);
    assert_eq!(bench.verdict(&new_id, &new).await, Verdict::Accepted);
    session.ping().await.expect("a session outlives its password");
    assert!(bench.issuer.sessions().is_none(), "nobody can tell whose it is");
}

#[tokio::test]
async fn what_set_password_wrote_is_kept_and_the_password_it_replaced_is_gone() {
    let Some(server) = Mariadb::shared().await else { return };
    let old = server.user("one_trap").await;
    let bench = bench_of(server, &json!({ "account": "one_trap" }));
    let old_id = bench.recognised(&old).await.unwrap();
    let (new_id, new) = bench.create(1, std::slice::from_ref(&old_id)).await;
    server.run("SET PASSWORD FOR one_trap = PASSWORD('by hand')").await;
    let by_hand = text("by hand");
    assert_eq!(bench.recognised(&old).await, None, "it replaced the first of the list");
    let foreign = bench.recognised(&by_hand).await.unwrap();
    assert_eq!(bench.ids().await, [foreign.clone(), new_id.clone()]);

    bench.issuer.destroy(&old_id).await.unwrap();
    for (id, value) in [(&foreign, &by_hand), (&new_id, &new)] {
        assert_eq!(bench.verdict(id, value).await, Verdict::Accepted, "{id}");
    }
    bench.issuer.destroy(&new_id).await.unwrap();
    assert_eq!(bench.verdict(&foreign, &by_hand).await, Verdict::Accepted, "a foreign password is never lost");
}

#[tokio::test]
async fn other_ways_in_and_limits_stay_as_they_are() {
    let Some(server) = Mariadb::shared().await else { return };
    let digest = "*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19";
    server
        .run(&format!(
            "CREATE USER one_kept IDENTIFIED VIA unix_socket OR mysql_native_password USING '{digest}' \
             WITH MAX_USER_CONNECTIONS 7"
        ))
        .await;
    let bench = bench_of(server, &json!({ "account": "one_kept" }));
    let before = methods(server, "one_kept").await;
    assert!(before.contains("unix_socket") && before.contains("MAX_USER_CONNECTIONS 7"), "{before}");
    let old_id = bench.recognised(&text("password")).await.unwrap();
    let (new_id, _) = bench.create(1, &[]).await;
    bench.issuer.destroy(&new_id).await.unwrap();
    assert_eq!(methods(server, "one_kept").await, before);
    bench.issuer.destroy(&old_id).await.unwrap();
    let left = methods(server, "one_kept").await;
    assert!(left.contains("unix_socket") && !left.contains(digest), "{left}");
}

#[tokio::test]
async fn a_password_that_a_person_removed_is_gone_and_destroying_it_is_success() {
    let Some(server) = Mariadb::shared().await else { return };
    let old = server.user("one_by_hand").await;
    let bench = bench_of(server, &json!({ "account": "one_by_hand" }));
    let id = bench.recognised(&old).await.unwrap();
    server.run("ALTER USER one_by_hand IDENTIFIED VIA mysql_native_password USING 'invalid'").await;
    assert_eq!((bench.ids().await, bench.recognised(&old).await), (vec![], None));
    bench.issuer.destroy(&id).await.unwrap();
    server.run("DROP USER one_by_hand").await;
    bench.issuer.destroy(&id).await.unwrap();
    assert_eq!(bench.verdict(&id, &old).await, Verdict::Refused);
}

#[tokio::test]
async fn an_account_that_is_missing_locked_open_or_not_understood_is_refused_and_left_alone() {
    let Some(server) = Mariadb::shared().await else { return };
    server.user("one_locked").await;
    server.run("ALTER USER one_locked ACCOUNT LOCK").await;
    server.run("CREATE USER one_open").await;
    let odd = r#"{"plugin":"mysql_native_password","authentication_string":"it is odd"}"#;
    server.run(&format!("INSERT INTO mysql.global_priv VALUES ('%', 'one_odd', '{odd}')")).await;
    for (user, blame) in [
        ("one_nobody", Blame::NotFound),
        ("one_locked", Blame::Rejected),
        ("one_open", Blame::Rejected),
        ("one_odd", Blame::Unsupported),
    ] {
        let bench = bench_of(server, &json!({ "account": user }));
        let row = format!("SELECT Priv FROM mysql.global_priv WHERE User = '{user}'");
        let before = server.column(&row).await;
        let fault = create(&*bench.issuer, 1, &drawn(), &[]).await.err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (blame, Certainty::Refused), "{fault}");
        assert_eq!(server.column(&row).await, before, "{user}");
    }
}

#[tokio::test]
async fn a_value_and_a_name_of_odd_characters_are_taken_as_they_are() {
    let Some(server) = Mariadb::shared().await else { return };
    let name = "one 'odd\" \\name";
    server.user(name).await;
    let bench = bench_of(server, &json!({ "account": name }));
    for odd in ["a b\"c'`\\", "caf\u{e9} \u{1f511}", "%s;--", "\r\n"] {
        let value = text(odd);
        let id = create(&*bench.issuer, 1, &value, &[]).await.unwrap().id;
        assert_eq!(bench.verdict(&id, &value).await, Verdict::Accepted, "{odd:?}");
        bench.issuer.destroy(&id).await.unwrap();
        assert_eq!(bench.verdict(&id, &value).await, Verdict::Refused, "{odd:?}");
    }
}

#[tokio::test]
async fn a_probe_counts_only_a_refused_login_against_a_credential() {
    let Some(server) = Mariadb::shared().await else { return };
    let value = server.user("one_probed").await;
    let bench = bench_of(server, &json!({ "account": "one_probed" }));
    let id = IssuedId::from("one_probed");
    assert_eq!(bench.verdict(&id, &value).await, Verdict::Accepted);
    server.run("ALTER USER one_probed WITH MAX_USER_CONNECTIONS 1").await;
    let busy = server.login("one_probed", &value).await.unwrap();
    assert_eq!(bench.verdict(&id, &value).await, Verdict::Inconclusive, "it has too many connections");
    busy.close().await.unwrap();
    server.run("ALTER USER one_probed ACCOUNT LOCK").await;
    assert_eq!(bench.verdict(&id, &value).await, Verdict::Refused, "it is locked");
}
