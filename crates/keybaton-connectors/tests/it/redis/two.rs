//! Two users that alternate.

use keybaton_ports::{Blame, Certainty, Verdict};
use keybaton_testkit::server::Redis;
use keybaton_types::IssuedId;
use serde_json::json;

use super::bench::bench_of;
use crate::bench::{create, drawn};
use crate::pair::{assert_alternates, assert_left_alone};

const RULES: &str = "~cache:* %R~config:* resetchannels &news.* -@all +@read +ping (~jobs:* -@all +lpop)";

#[tokio::test]
async fn logins_alternate_and_each_gets_the_rules_of_the_other() {
    let Some(redis) = Redis::shared().await else { return };
    let old = redis.user("two_rules", RULES).await;
    let bench = bench_of(redis, &json!({ "users": ["two_rules", "two_rules_b"] }));
    let first = IssuedId::from("two_rules");
    assert_eq!(bench.recognised(&old).await.as_ref(), Some(&first));
    let (second, new) = bench.create(1, std::slice::from_ref(&first)).await;
    assert_eq!(second.0, "two_rules_b");
    let list = redis.run("ACL LIST").await;
    let rules = |user: &str| {
        let line = list.lines().find_map(|line| line.strip_prefix(&format!("user {user} "))).unwrap();
        line.split(' ').filter(|word| !word.starts_with('#')).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(rules("two_rules_b"), rules("two_rules"));
    assert!(rules("two_rules_b").contains("(~jobs:*"), "{}", rules("two_rules_b"));

    bench.issuer.destroy(&first).await.unwrap();
    assert_eq!(bench.verdict(&first, &old).await, Verdict::Refused);
    assert_alternates(&bench, (&first, &old), (&second, &new)).await;
}

#[tokio::test]
async fn connections_are_counted_and_ended_by_user() {
    let Some(redis) = Redis::shared().await else { return };
    let old = redis.user("two_counted", "~* +@all").await;
    let bench = bench_of(redis, &json!({ "users": ["two_counted", "two_counted_b"] }));
    let first = IssuedId::from("two_counted");
    let (second, new) = bench.create(1, std::slice::from_ref(&first)).await;
    let sessions = bench.issuer.sessions().unwrap();
    let mut of_old = redis.login(&first.0, &old).await.unwrap();
    let mut of_new = redis.login(&second.0, &new).await.unwrap();
    bench.verdict(&first, &old).await;
    assert_eq!((sessions.count(&first).await.unwrap(), sessions.count(&second).await.unwrap()), (1, 1));

    bench.issuer.switching().unwrap().disable(&first).await.unwrap();
    assert_eq!(of_old.run("PING").await.unwrap(), "PONG", "a connection outlives the switch");
    sessions.end(&first).await.unwrap();
    assert!(of_old.run("PING").await.is_err());
    assert_eq!(of_new.run("PING").await.unwrap(), "PONG");
    assert_eq!((sessions.count(&first).await.unwrap(), sessions.count(&second).await.unwrap()), (0, 1));
}

#[tokio::test]
async fn a_user_that_somebody_uses_is_not_taken_over_and_a_stranger_is_never_touched() {
    let Some(redis) = Redis::shared().await else { return };
    let old = redis.user("two_used", "~* +@all").await;
    let theirs = redis.user("two_used_b", "~* +@all").await;
    let bench = bench_of(redis, &json!({ "users": ["two_used", "two_used_b"] }));
    let (first, second) = (IssuedId::from("two_used"), IssuedId::from("two_used_b"));
    assert_left_alone(&bench, [(&first, &old), (&second, &theirs)], &IssuedId::from(redis.admin())).await;
}

#[tokio::test]
async fn without_any_user_there_are_no_rules_to_give() {
    let Some(redis) = Redis::shared().await else { return };
    let bench = bench_of(redis, &json!({ "users": ["two_none_a", "two_none_b"] }));
    let fault = create(&*bench.issuer, 1, &drawn(), &[]).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::NotFound, Certainty::Refused), "{fault}");
    assert!(!redis.run("ACL LIST").await.contains("two_none"));
}

#[tokio::test]
async fn a_user_that_takes_any_password_is_refused() {
    let Some(redis) = Redis::shared().await else { return };
    redis.run("ACL SETUSER two_open on nopass ~* +@all").await;
    let bench = bench_of(redis, &json!({ "users": ["two_open", "two_open_b"] }));
    let fault = create(&*bench.issuer, 1, &drawn(), &[]).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused), "{fault}");
}
