//! Access rules live in the server's memory: what becomes of a change when it restarts.

use keybaton_ports::{Blame, Certainty, Verdict};
use keybaton_testkit::server::Redis;
use serde_json::json;

use super::bench::bench_of;
use crate::bench::{create, drawn};

#[tokio::test]
async fn a_change_stands_in_the_acl_file_and_survives_a_kill() {
    let Some(mut redis) = Redis::start().await else { return };
    let old = redis.user("app", "~* +@all").await;
    let bench = bench_of(&redis, &json!({ "user": "app" }));
    let old_id = bench.recognised(&old).await.unwrap();
    let (id, value) = bench.create(1, &[]).await;
    bench.issuer.destroy(&old_id).await.unwrap();
    assert_eq!(redis.acl_file().matches('#').count(), 2, "one password of the app, and the administrator's");
    redis.kill();
    redis.restart().await;
    assert_eq!(bench.verdict(&id, &value).await, Verdict::Accepted);
    assert_eq!(bench.verdict(&old_id, &old).await, Verdict::Refused);
}

#[tokio::test]
async fn a_server_without_an_acl_file_is_refused_before_anything_is_made() {
    let Some(redis) = Redis::without_acl_file().await else { return };
    redis.user("app", "~* +@all").await;
    let bench = bench_of(&redis, &json!({ "user": "app" }));
    let fault = create(&*bench.issuer, 1, &drawn(), &[]).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused), "{fault}");
    assert!(fault.what.contains("restart") && fault.what.contains("persist"), "{fault}");
    assert_eq!(bench.ids().await.len(), 1);
}

#[tokio::test]
async fn a_configuration_file_keeps_the_change_and_nowhere_loses_it() {
    let Some(mut redis) = Redis::without_acl_file().await else { return };
    redis.user("app", "~* +@all").await;
    let kept = bench_of(&redis, &json!({ "user": "app", "persist": "config-file" }));
    let (kept_id, kept_value) = kept.create(1, &[]).await;
    let lost = bench_of(&redis, &json!({ "user": "app", "persist": "nowhere" }));
    let (lost_id, lost_value) = lost.create(2, &[]).await;
    redis.kill();
    redis.restart().await;
    assert_eq!(kept.verdict(&kept_id, &kept_value).await, Verdict::Accepted);
    assert_eq!(lost.verdict(&lost_id, &lost_value).await, Verdict::Refused);
}
