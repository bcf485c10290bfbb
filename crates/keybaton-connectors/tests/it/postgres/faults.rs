//! A server that does not answer: what is said of the effect is true.

use std::time::Duration;

use keybaton_connectors::postgres::PostgresIssuer;
use keybaton_ports::{Blame, Certainty, Issuer, Verdict};
use keybaton_testkit::server::Postgres;

use super::Bench;
use super::bench::settings;
use crate::bench::{create, drawn};

/// The same issuer with little patience.
fn hasty(bench: &Bench<'_>) -> PostgresIssuer {
    let mut settings = settings(&bench.database.url(), &bench.owner);
    settings.timeout = Duration::from_secs(2);
    PostgresIssuer::new(&settings, bench.database.password()).unwrap()
}

#[tokio::test]
async fn a_frozen_server_was_sent_nothing() {
    let Some(postgres) = Postgres::start().await else { return };
    let bench = Bench::new(postgres.database("frozen").await).await;
    let (issuer, owner) = (hasty(&bench), bench.owner_id());
    postgres.freeze();
    let created = create(&issuer, 1, &drawn(), &[]).await.err().unwrap();
    let listed = issuer.listing().unwrap().list().await.unwrap_err();
    postgres.thaw();
    for fault in [created, listed] {
        assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    }
    let list = bench.issuer.listing().unwrap().list().await.unwrap();
    assert_eq!(list.iter().map(|listed| &listed.id).collect::<Vec<_>>(), [&owner]);
}

#[tokio::test]
async fn what_was_not_committed_never_happens() {
    let Some(postgres) = Postgres::shared().await else { return };
    let bench = Bench::new(postgres.database("locked").await).await;
    let owner = bench.owner_id();
    let mut blocker = bench.database.superuser().await;
    let lock = format!("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('keybaton {}', 0))", owner.0);
    sqlx::raw_sql(sqlx::AssertSqlSafe(lock)).execute(&mut blocker).await.unwrap();
    let fault = hasty(&bench).destroy(&owner).await.unwrap_err();
    assert_eq!(fault.blame, Blame::Transient, "{fault}");
    assert_ne!(fault.certainty, Certainty::Unknown, "{fault}");
    sqlx::raw_sql("COMMIT").execute(&mut blocker).await.unwrap();
    // Whoever waits for the same lock comes after the abandoned call.
    bench.issuer.switching().unwrap().enable(&owner).await.unwrap();
    assert_eq!(bench.verdict(&owner, &bench.adopted).await, Verdict::Accepted);
}

#[tokio::test]
async fn a_commit_without_an_answer_is_unknown_and_the_same_create_again_is_one_credential() {
    let Some(postgres) = Postgres::start().await else { return };
    let bench = Bench::new(postgres.database("lost").await).await;
    let (value, taken) = (drawn(), [bench.owner_id()]);
    // With a standby that does not exist, a COMMIT is written and not answered.
    bench.database.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'").await;
    bench.database.execute("SELECT pg_reload_conf()").await;
    while bench.database.text("SHOW synchronous_standby_names").await.as_deref() != Some("nobody") {}
    let fault = create(&hasty(&bench), 1, &value, &taken).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::Unknown), "{fault}");
    bench.database.execute("ALTER SYSTEM RESET synchronous_standby_names").await;
    bench.database.execute("SELECT pg_reload_conf()").await;

    let again = create(&bench.issuer, 1, &value, &taken).await.unwrap();
    assert_eq!(again.id, bench.member('a'));
    assert_eq!(bench.verdict(&again.id, &value).await, Verdict::Accepted);
    assert_eq!(bench.issuer.listing().unwrap().list().await.unwrap().len(), 2);
}

#[tokio::test]
async fn two_creates_at_once_never_share_a_member() {
    let Some(postgres) = Postgres::shared().await else { return };
    let bench = Bench::new(postgres.database("at-once").await).await;
    bench.issuer.destroy(&bench.owner_id()).await.unwrap();
    let (one, two) = (drawn(), drawn());
    let (first, second) = tokio::join!(create(&bench.issuer, 1, &one, &[]), create(&bench.issuer, 2, &two, &[]));
    let (first, second) = (first.unwrap().id, second.unwrap().id);
    assert_ne!(first, second);
    assert_eq!(bench.verdict(&first, &one).await, Verdict::Accepted);
    assert_eq!(bench.verdict(&second, &two).await, Verdict::Accepted);
}

#[tokio::test]
async fn a_killed_server_comes_back_with_what_was_committed() {
    let Some(mut postgres) = Postgres::start().await else { return };
    let (id, value, url, owner, password) = {
        let bench = Bench::new(postgres.database("killed").await).await;
        let (id, value) = bench.create(1, &[bench.owner_id()]).await;
        (id, value, bench.database.url(), bench.owner.clone(), bench.database.password())
    };
    postgres.kill();
    let issuer = PostgresIssuer::new(&settings(&url, &owner), password).unwrap();
    let fault = issuer.destroy(&id).await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    postgres.restart().await;
    let list = issuer.listing().unwrap().list().await.unwrap();
    assert!(list.iter().any(|listed| listed.id == id && listed.enabled == Some(true)));
    assert!(postgres.login(&id.0, &value, "killed").await.is_ok());
}
