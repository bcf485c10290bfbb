//! Revoking does not end sessions; ending them does.

use keybaton_ports::{Issuer, Verdict};
use keybaton_testkit::server::Postgres;
use sqlx::Connection;

use super::Bench;

#[tokio::test]
async fn the_old_one_works_until_it_is_revoked_and_then_neither_logs_in_nor_has_sessions() {
    let Some(postgres) = Postgres::shared().await else { return };
    let bench = Bench::new(postgres.database("three-sides").await).await;
    let old = bench.owner_id();
    let (new, value) = bench.create(1, std::slice::from_ref(&old)).await;
    let mut session = bench.database.login(&old.0, &bench.adopted).await.unwrap();

    assert_eq!(bench.verdict(&new, &value).await, Verdict::Accepted);
    assert_eq!(bench.verdict(&old, &bench.adopted).await, Verdict::Accepted);
    assert_eq!((bench.sessions(&old).await, bench.sessions(&new).await), (1, 0), "probes count for nobody's");

    bench.issuer.destroy(&old).await.unwrap();
    assert_eq!(bench.verdict(&old, &bench.adopted).await, Verdict::Refused);
    session.ping().await.expect("a session outlives the login");
    assert_eq!(bench.sessions(&old).await, 1);

    bench.issuer.sessions().unwrap().end(&old).await.unwrap();
    while bench.sessions(&old).await > 0 {
        tokio::task::yield_now().await;
    }
    assert!(session.ping().await.is_err(), "its sessions are gone");
    assert_eq!(bench.verdict(&new, &value).await, Verdict::Accepted);
}

#[tokio::test]
async fn a_session_survives_being_disabled_and_ending_sessions_spares_the_other() {
    let Some(postgres) = Postgres::shared().await else { return };
    let bench = Bench::new(postgres.database("spared").await).await;
    let old = bench.owner_id();
    let (new, value) = bench.create(1, std::slice::from_ref(&old)).await;
    let mut of_old = bench.database.login(&old.0, &bench.adopted).await.unwrap();
    let mut of_new = bench.database.login(&new.0, &value).await.unwrap();

    bench.issuer.switching().unwrap().disable(&old).await.unwrap();
    of_old.ping().await.expect("a session outlives the switch");
    bench.issuer.sessions().unwrap().end(&old).await.unwrap();
    while bench.sessions(&old).await > 0 {
        tokio::task::yield_now().await;
    }
    of_new.ping().await.expect("the other's sessions live");
    assert_eq!(bench.sessions(&new).await, 1);
}
