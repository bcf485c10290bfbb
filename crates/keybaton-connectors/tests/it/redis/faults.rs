//! A server or a network that fails: what is said of the effect is true.

use keybaton_ports::{Blame, Certainty, Fault, Verdict};
use keybaton_testkit::server::Redis;
use keybaton_types::IssuedId;
use serde_json::json;

use super::bench::{Bench, create, drawn, issuer, probe, settings};
use crate::cutting::{Cutting, Lost};

/// More messages than any call has.
const MOST: usize = 12;

#[tokio::test]
async fn a_frozen_server_was_sent_nothing_and_says_nothing_of_a_credential() {
    let Some(redis) = Redis::start().await else { return };
    let old = redis.user("app", "~* +@all").await;
    let bench = Bench::new(&redis, &json!({ "user": "app" }));
    let hasty =
        issuer(&settings(&redis, &json!({ "user": "app", "timeout": "1s", "quiescence": "1s" })), redis.password());
    redis.freeze();
    let created = create(&*hasty, 1, &drawn(), &[]).await.err().unwrap();
    let destroyed = hasty.destroy(&IssuedId::from("app:0000000000000000")).await.unwrap_err();
    redis.thaw();
    for fault in [created, destroyed] {
        assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    }
    let id = bench.recognised(&old).await.unwrap();
    assert_eq!(bench.ids().await, std::slice::from_ref(&id));
    assert_eq!(bench.verdict(&id, &old).await, Verdict::Accepted);
}

/// What may be said after a call that was cut, when this is what became of it.
fn assert_true(fault: &Fault, happened: bool, at: &str) {
    assert_eq!(fault.blame, Blame::Transient, "{at}: {fault}");
    assert!(!happened || fault.certainty == Certainty::Unknown, "{at}: it happened, but {fault}");
}

#[tokio::test]
async fn a_create_that_is_cut_anywhere_says_what_is_true_and_the_same_again_is_one_credential() {
    let Some(redis) = Redis::shared().await else { return };
    for (mode, users) in [("one", json!({ "user": "cut_create" })), ("two", json!({ "users": ["cut_a", "cut_b"] }))] {
        redis.run("ACL SETUSER cut_create reset on ~* +@all").await;
        redis.run("ACL SETUSER cut_a reset ~* +@all").await;
        let bench = Bench::new(redis, &users);
        let (mut unknown, mut cuts) = (0, 0);
        for lost in [Lost::Message, Lost::Answer] {
            for message in 0..MOST {
                let network = Cutting::at(redis.port(), message, lost).await;
                let mut through = settings(redis, &users);
                through["url"] = json!(format!("redis://127.0.0.1:{}", network.port));
                let (issuer, value) = (issuer(&through, redis.password()), drawn());
                let outcome = create(&*issuer, 1, &value, &[]).await;
                let happened = bench.recognised(&value).await.is_some();
                match outcome {
                    Ok(_) => assert!(happened, "{mode} {lost:?} {message}: it was said to be done"),
                    Err(fault) => {
                        assert!(network.was_cut());
                        assert_true(&fault, happened, &format!("{mode} {lost:?} {message}"));
                        unknown += u32::from(fault.certainty == Certainty::Unknown);
                        cuts += 1;
                    }
                }
                let again = create(&*bench.issuer, 1, &value, &[]).await.unwrap().id;
                assert_eq!(bench.ids().await, std::slice::from_ref(&again), "{mode} {lost:?} {message}");
                assert_eq!(bench.verdict(&again, &value).await, Verdict::Accepted);
                bench.issuer.destroy(&again).await.unwrap();
            }
        }
        assert!(unknown >= 4 && cuts > unknown, "{mode}: {unknown} of {cuts} cuts are unknown");
    }
}

#[tokio::test]
async fn a_destroy_that_is_cut_anywhere_says_what_is_true_and_the_same_again_is_success() {
    let Some(redis) = Redis::shared().await else { return };
    for users in [json!({ "user": "cut_destroy" }), json!({ "users": ["cut_c", "cut_d"] })] {
        redis.run("ACL SETUSER cut_destroy reset on ~* +@all").await;
        redis.run("ACL SETUSER cut_c reset ~* +@all").await;
        let bench = Bench::new(redis, &users);
        for lost in [Lost::Message, Lost::Answer] {
            for message in 0..MOST {
                let (id, value) = bench.create(1, &[]).await;
                let network = Cutting::at(redis.port(), message, lost).await;
                let mut through = settings(redis, &users);
                through["url"] = json!(format!("redis://127.0.0.1:{}", network.port));
                let outcome = issuer(&through, redis.password()).destroy(&id).await;
                let happened = bench.recognised(&value).await.is_none();
                match outcome {
                    Ok(()) => assert!(happened, "{lost:?} {message}: it was said to be done"),
                    Err(fault) => assert_true(&fault, happened, &format!("{lost:?} {message}")),
                }
                bench.issuer.destroy(&id).await.unwrap();
                assert_eq!(bench.verdict(&id, &value).await, Verdict::Refused);
            }
        }
    }
}

#[tokio::test]
async fn a_probe_that_gets_no_answer_never_counts_against_a_credential() {
    let Some(redis) = Redis::shared().await else { return };
    let value = redis.user("cut_probe", "~* +@all").await;
    let (secret, id) = ("app/prod".parse().unwrap(), IssuedId::from("cut_probe"));
    for lost in [Lost::Message, Lost::Answer] {
        for message in 0..2 {
            let network = Cutting::at(redis.port(), message, lost).await;
            let probe = probe(&format!("redis://127.0.0.1:{}", network.port));
            let fault = probe.probe(keybaton_ports::Presented { secret: &secret, id: &id, value: &value }).await;
            assert_eq!(fault.unwrap_err().blame, Blame::Transient);
        }
    }
    let nobody = probe("redis://127.0.0.1:1");
    let fault = nobody.probe(keybaton_ports::Presented { secret: &secret, id: &id, value: &value }).await;
    assert_eq!(fault.unwrap_err().certainty, Certainty::NotSent);
}

#[tokio::test]
async fn a_server_that_is_loading_or_full_is_inconclusive() {
    let Some(redis) = Redis::start().await else { return };
    let value = redis.user("app", "~* +@all").await;
    let bench = Bench::new(&redis, &json!({ "user": "app" }));
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
