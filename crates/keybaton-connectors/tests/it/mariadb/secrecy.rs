//! No password reaches what a server writes down of its statements.

use keybaton_testkit::canary;
use keybaton_testkit::server::Mariadb;
use keybaton_types::IssuedId;
use serde_json::json;

use super::bench::bench_of;

#[tokio::test]
async fn no_password_stands_in_a_log_that_records_every_statement() {
    let Some(server) = Mariadb::start().await else { return };
    server.user("app").await;
    server.run("SET GLOBAL log_output = 'TABLE', general_log = ON, slow_query_log = ON, long_query_time = 0").await;
    let bench = bench_of(&server, &json!({ "account": "app" }));
    let (id, value) = bench.create(1, &[]).await;
    bench.verdict(&id, &value).await;
    bench.issuer.destroy(&id).await.unwrap();
    bench.verdict(&id, &value).await;
    let pair = bench_of(&server, &json!({ "accounts": ["app", "app_b"] }));
    let (_, other) = pair.create(2, &[IssuedId::from("app")]).await;
    let log = server.column("SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log").await.join("\n");
    let slow = server.column("SELECT CONVERT(sql_text USING utf8mb4) FROM mysql.slow_log").await.join("\n");
    assert!(log.contains("ALTER USER") && log.contains("mysql_native_password"), "the log records statements");
    for value in [&value, &other, &server.password()] {
        assert_eq!(canary::found(log.as_bytes(), value), None);
        assert_eq!(canary::found(slow.as_bytes(), value), None);
    }
}
