//! A server or a network that fails: what is said of the effect is true.

use keybaton_ports::Verdict;
use keybaton_testkit::server::Redis;
use keybaton_types::IssuedId;
use serde_json::json;

use super::bench::{bench_of, issuer, moved, probe, settings};
use crate::cuts::{Cuts, Failed, assert_inconclusive, assert_not_sent};

/// More messages than any call has.
const MOST: usize = 12;

#[tokio::test]
async fn a_frozen_server_was_sent_nothing_and_says_nothing_of_a_credential() {
    let Some(redis) = Redis::start().await else { return };
    let old = redis.user("app", "~* +@all").await;
    let bench = bench_of(&redis, &json!({ "user": "app" }));
    let hasty =
        issuer(&settings(&redis, &json!({ "user": "app", "timeout": "1s", "quiescence": "1s" })), redis.password());
    assert_not_sent(&*hasty, || redis.freeze(), || redis.thaw()).await;
    let id = bench.recognised(&old).await.unwrap();
    assert_eq!(bench.ids().await, std::slice::from_ref(&id));
    assert_eq!(bench.verdict(&id, &old).await, Verdict::Accepted);
}

#[tokio::test]
async fn a_create_that_is_cut_anywhere_says_what_is_true_and_the_same_again_is_one_credential() {
    let Some(redis) = Redis::shared().await else { return };
    for users in [json!({ "user": "cut_create" }), json!({ "users": ["cut_a", "cut_b"] })] {
        redis.run("ACL SETUSER cut_create reset on ~* +@all").await;
        redis.run("ACL SETUSER cut_a reset ~* +@all").await;
        let bench = bench_of(redis, &users);
        let through = |port| issuer(&moved(&settings(redis, &users), port), redis.password());
        let cuts = Cuts { bench: &bench, server: redis.port(), most: MOST, through: &through };
        let Failed { unknown, all } = cuts.creates().await;
        assert!(unknown >= 4 && all > unknown, "{users}: {unknown} of {all} cuts are unknown");
    }
}

#[tokio::test]
async fn a_destroy_that_is_cut_anywhere_says_what_is_true_and_the_same_again_is_success() {
    let Some(redis) = Redis::shared().await else { return };
    for users in [json!({ "user": "cut_destroy" }), json!({ "users": ["cut_c", "cut_d"] })] {
        redis.run("ACL SETUSER cut_destroy reset on ~* +@all").await;
        redis.run("ACL SETUSER cut_c reset ~* +@all").await;
        let bench = bench_of(redis, &users);
        let through = |port| issuer(&moved(&settings(redis, &users), port), redis.password());
        Cuts { bench: &bench, server: redis.port(), most: MOST, through: &through }.destroys().await;
    }
}

#[tokio::test]
async fn a_probe_that_gets_no_answer_never_counts_against_a_credential() {
    let Some(redis) = Redis::shared().await else { return };
    let value = redis.user("cut_probe", "~* +@all").await;
    assert_inconclusive(redis.port(), &probe, (&IssuedId::from("cut_probe"), &value)).await;
}

#[tokio::test]
async fn a_server_that_is_loading_or_full_is_inconclusive() {
    let Some(redis) = Redis::start().await else { return };
    let value = redis.user("app", "~* +@all").await;
    let bench = bench_of(&redis, &json!({ "user": "app" }));
    let id = bench.recognised(&value).await.unwrap();
    let mut busy = redis.login(redis.admin(), &redis.password()).await.unwrap();
    redis.run("CONFIG SET busy-reply-threshold 1").await;
    let endless = tokio::spawn(async move { busy.run("EVAL while(true)do\tend 0").await });
    let verdict = loop {
        match bench.verdict(&id, &value).await {
            Verdict::Accepted => tokio::task::yield_now().await,
            other => break other,
        }
    };
    assert_eq!(verdict, Verdict::Inconclusive);
    endless.abort();
}
