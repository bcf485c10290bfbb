//! Two accounts that alternate.

use keybaton_ports::{Blame, Certainty, Verdict};
use keybaton_testkit::server::Mariadb;
use keybaton_types::IssuedId;
use serde_json::json;
use sqlx::Connection;

use super::bench::bench_of;
use crate::bench::{create, drawn};
use crate::pair::{assert_alternates, assert_left_alone};

async fn grants(server: &Mariadb, user: &str) -> Vec<String> {
    let mut grants = server.column(&format!("SHOW GRANTS FOR {user}")).await;
    for grant in &mut grants {
        let plain = grant.split(" IDENTIFIED BY PASSWORD ").collect::<Vec<_>>();
        let rest = plain.get(1).and_then(|rest| rest.split_once('\'')?.1.split_once('\'')).map_or("", |(_, rest)| rest);
        *grant = format!("{}{rest}", plain[0]).replace(&format!("`{user}`"), "`user`");
    }
    grants.sort();
    grants
}

#[tokio::test]
async fn logins_alternate_and_each_gets_the_grants_of_the_other() {
    let Some(server) = Mariadb::shared().await else { return };
    let old = server.user("two_a").await;
    server.run("CREATE ROLE two_role").await;
    for statement in [
        "GRANT SELECT, INSERT ON two_shop.* TO two_a",
        "GRANT EXECUTE ON *.* TO two_a WITH MAX_USER_CONNECTIONS 9",
        "GRANT two_role TO two_a",
        "SET DEFAULT ROLE two_role FOR two_a",
    ] {
        server.run(statement).await;
    }
    let bench = bench_of(server, &json!({ "accounts": ["two_a", "two_b"] }));
    let first = IssuedId::from("two_a");
    assert_eq!(bench.recognised(&old).await.as_ref(), Some(&first));
    let (second, new) = bench.create(1, std::slice::from_ref(&first)).await;
    assert_eq!(second.0, "two_b");
    let given = grants(server, "two_b").await;
    assert_eq!(given, grants(server, "two_a").await);
    assert_eq!(given.len(), 4, "{given:?}");

    server.run("REVOKE INSERT ON two_shop.* FROM two_b").await;
    bench.issuer.destroy(&first).await.unwrap();
    assert_eq!(bench.verdict(&first, &old).await, Verdict::Refused);
    assert_alternates(&bench, (&first, &old), (&second, &new)).await;
    assert_eq!(grants(server, "two_a").await, grants(server, "two_b").await, "what was taken from one is taken");
}

#[tokio::test]
async fn sessions_are_counted_and_ended_by_account() {
    let Some(server) = Mariadb::shared().await else { return };
    let old = server.user("two_counted").await;
    let bench = bench_of(server, &json!({ "accounts": ["two_counted", "two_counted_b"] }));
    let first = IssuedId::from("two_counted");
    let (second, new) = bench.create(1, std::slice::from_ref(&first)).await;
    let sessions = bench.issuer.sessions().unwrap();
    let mut of_old = server.login(&first.0, &old).await.unwrap();
    let mut of_new = server.login(&second.0, &new).await.unwrap();
    assert_eq!((sessions.count(&first).await.unwrap(), sessions.count(&second).await.unwrap()), (1, 1));

    bench.issuer.switching().unwrap().disable(&first).await.unwrap();
    of_old.ping().await.expect("a session outlives the lock");
    sessions.end(&first).await.unwrap();
    while sessions.count(&first).await.unwrap() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(of_old.ping().await.is_err());
    of_new.ping().await.expect("the other's sessions live");
    assert_eq!(sessions.count(&second).await.unwrap(), 1);
}

#[tokio::test]
async fn a_session_of_a_probe_is_soon_over() {
    let Some(server) = Mariadb::shared().await else { return };
    let value = server.user("two_probed").await;
    let bench = bench_of(server, &json!({ "accounts": ["two_probed", "two_probed_b"] }));
    let id = IssuedId::from("two_probed");
    assert_eq!(bench.verdict(&id, &value).await, Verdict::Accepted);
    while bench.issuer.sessions().unwrap().count(&id).await.unwrap() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_account_that_somebody_uses_is_not_taken_over_and_a_stranger_is_never_touched() {
    let Some(server) = Mariadb::shared().await else { return };
    let old = server.user("two_used").await;
    let theirs = server.user("two_used_b").await;
    let bench = bench_of(server, &json!({ "accounts": ["two_used", "two_used_b"] }));
    let (first, second) = (IssuedId::from("two_used"), IssuedId::from("two_used_b"));
    assert_left_alone(&bench, [(&first, &old), (&second, &theirs)], &IssuedId::from(server.admin())).await;
}

#[tokio::test]
async fn a_user_with_two_hosts_and_a_pair_that_does_not_exist_are_refused() {
    let Some(server) = Mariadb::shared().await else { return };
    server.user("two_hosts").await;
    server.run("CREATE USER two_hosts@'10.0.0.%'").await;
    for (pair, blame) in [(["two_hosts", "two_hosts_b"], Blame::Unsupported), (["two_x", "two_y"], Blame::NotFound)] {
        let bench = bench_of(server, &json!({ "accounts": pair }));
        let fault = create(&*bench.issuer, 1, &drawn(), &[]).await.err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (blame, Certainty::Refused), "{fault}");
    }
}
