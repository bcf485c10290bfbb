//! A server over TLS, with a certificate of its own.

use keybaton_ports::{Blame, Certainty, Verdict};
use keybaton_testkit::server::Redis;
use serde_json::{Value, json};

use super::bench::{issuer, settings};
use crate::bench::{self, Bench, create, drawn};

/// The connector over TLS, at this host and with these further settings.
fn bench_at(redis: &Redis, host: &str, more: &Value) -> Bench {
    let url = format!("rediss://{host}:{}", redis.tls().0);
    let table = bench::with(settings(redis, &json!({ "user": "app", "url": url })), more);
    let probe = bench::probe("redis", &bench::with(json!({ "redis": url }), more));
    Bench { issuer: issuer(&table, redis.password()), probe }
}

#[tokio::test]
async fn a_password_is_rotated_over_tls() {
    let Some(redis) = Redis::with_tls().await else { return };
    let old = redis.user("app", "~* +@all").await;
    let bench = bench_at(&redis, "127.0.0.1", &json!({ "ca_file": redis.tls().1 }));
    let old_id = bench.recognised(&old).await.unwrap();
    let (id, value) = bench.create(1, &[]).await;
    assert_eq!(bench.verdict(&id, &value).await, Verdict::Accepted);
    bench.issuer.destroy(&old_id).await.unwrap();
    assert_eq!(bench.verdict(&old_id, &old).await, Verdict::Refused);
    assert_eq!(bench.ids().await, [id]);
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_sent_nothing() {
    let Some(redis) = Redis::with_tls().await else { return };
    let old = redis.user("app", "~* +@all").await;
    let trusted = bench_at(&redis, "127.0.0.1", &json!({ "ca_file": redis.tls().1 }));
    let id = trusted.recognised(&old).await.unwrap();
    let unknown = bench_at(&redis, "127.0.0.1", &json!({}));
    let misnamed = bench_at(&redis, "localhost", &json!({ "ca_file": redis.tls().1 }));
    for bench in [unknown, misnamed] {
        let fault = create(&*bench.issuer, 1, &drawn(), &[]).await.err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::NotSent), "{fault}");
        assert!(fault.what.contains("no safe connection"), "{fault}");
        let presented = keybaton_ports::Presented { secret: &bench::secret(), id: &id, value: &old };
        let fault = bench.probe.probe(presented).await.unwrap_err();
        assert_eq!(fault.certainty, Certainty::NotSent, "it says nothing of the credential: {fault}");
    }
    assert_eq!(trusted.ids().await, [id]);
}
