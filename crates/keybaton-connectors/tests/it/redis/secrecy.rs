//! No password reaches what a server shows to others.

use keybaton_testkit::canary;
use keybaton_testkit::server::Redis;
use serde_json::json;

use super::bench::bench_of;
use crate::bench::drawn;

#[tokio::test]
async fn no_password_is_seen_by_whoever_watches_the_server() {
    let Some(redis) = Redis::start().await else { return };
    redis.user("app", "~* +@all").await;
    redis.run("CONFIG SET slowlog-log-slower-than 0").await;
    let mut monitor = redis.login(redis.admin(), &redis.password()).await.unwrap();
    monitor.run("MONITOR").await.unwrap();

    let bench = bench_of(&redis, &json!({ "user": "app" }));
    let (id, value) = bench.create(1, &[]).await;
    bench.verdict(&id, &value).await;
    let wrong = drawn();
    bench.verdict(&id, &wrong).await;
    bench.issuer.destroy(&id).await.unwrap();
    bench.verdict(&id, &value).await;
    redis.run("ECHO over").await;

    let mut seen = String::new();
    while !seen.contains("\"over\"") {
        seen.push_str(&monitor.next().await.unwrap());
        seen.push('\n');
    }
    for command in ["SLOWLOG GET 1000", "CLIENT LIST", "ACL LIST", "ACL LOG"] {
        seen.push_str(&redis.run(command).await);
    }
    assert!(seen.contains("\"PING\"") && seen.contains("SETUSER") && seen.contains("AUTH"), "commands are seen");
    for (whose, value) in [("drawn", &value), ("wrong", &wrong), ("keybaton's own", &redis.password())] {
        assert_eq!(canary::found(seen.as_bytes(), value), None, "the {whose} password");
        assert_eq!(canary::found(redis.acl_file().as_bytes(), value), None, "the {whose} password");
    }
}
