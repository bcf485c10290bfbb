//! No password reaches the server's log, whatever that records.

use keybaton_ports::Issuer;
use keybaton_testkit::canary;
use keybaton_testkit::server::{Postgres, skipped};

use super::Bench;

#[tokio::test]
async fn no_password_stands_in_a_log_that_records_every_statement() {
    if skipped() {
        return;
    }
    let talkative =
        ["log_statement=all", "log_min_duration_statement=0", "log_connections=on", "log_error_verbosity=verbose"];
    let postgres = Postgres::start_with(&talkative).await;
    let bench = Bench::new(postgres.database("secrecy").await).await;
    let (a, value) = bench.create(1, &[bench.owner_id()]).await;
    bench.verdict(&a, &value).await;
    let switching = bench.issuer.switching().unwrap();
    switching.disable(&a).await.unwrap();
    bench.verdict(&a, &value).await;
    switching.enable(&a).await.unwrap();
    bench.issuer.listing().unwrap().list().await.unwrap();
    bench.issuer.destroy(&a).await.unwrap();
    bench.verdict(&a, &value).await;

    let log = postgres.log();
    assert!(log.contains("ALTER ROLE") && log.contains("SCRAM-SHA-256$"), "the log records statements");
    assert_eq!(canary::found(log.as_bytes(), &value), None, "the value that we chose");
    assert_eq!(canary::found(log.as_bytes(), &bench.database.password()), None, "keybaton's own password");
}
