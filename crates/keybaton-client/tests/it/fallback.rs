//! The far service refuses: the last good version helps, and keybaton hears of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use keybaton_client::{Handle, Said};
use keybaton_types::VersionNo;
use keybaton_types::wire::Kind;

use crate::fake::{Fake, SECRET, Served, until};

/// A handle with version 2 at hand, version 1 being good.
async fn after_a_rotation(fake: &Fake) -> Handle {
    let handle = fake.client().secret(SECRET).unwrap();
    handle.ready().await.unwrap().succeeded();
    fake.until("a held request", |fake| fake.reads() == 2).await;
    fake.serve(Served::version(2));
    until("version 2", || handle.notices().version == Some(VersionNo(2))).await;
    handle
}

/// A far service that lets only these versions in, and counts its calls.
#[derive(Clone, Default)]
struct Far {
    good: Vec<u64>,
    calls: Arc<AtomicU64>,
}

impl Far {
    fn letting_in(good: &[u64]) -> Self {
        Self { good: good.to_vec(), ..Self::default() }
    }

    fn answer(&self, version: VersionNo) -> u16 {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if self.good.contains(&version.0) { 200 } else { 401 }
    }

    async fn call(&self, handle: &Handle) -> u16 {
        handle.call(async |lent| self.answer(lent.version())).await.unwrap()
    }
}

#[tokio::test]
async fn a_refused_call_is_made_once_more_with_the_last_good_version() {
    let fake = Fake::start().await;
    let handle = after_a_rotation(&fake).await;
    let far = Far::letting_in(&[1]);
    for _ in 0..30 {
        assert_eq!(far.call(&handle).await, 200);
    }
    fake.until("the refusals are told", |fake| fake.counted(2).1 >= 10).await;
    fake.until("the uses are told", |fake| fake.counted(1).0 >= 30 && fake.seen(1).contains(&Kind::Used)).await;
    assert!(!fake.seen(2).contains(&Kind::Used));
    let calls = far.calls.load(Ordering::Relaxed);
    assert!(calls < 50, "{calls} calls for 30: a dead version doubles the traffic for ever");
}

#[tokio::test]
async fn a_reader_without_the_wrapper_falls_back_after_one_refusal() {
    let fake = Fake::start().await;
    let handle = after_a_rotation(&fake).await;
    let lent = handle.get().unwrap();
    assert_eq!(lent.version(), VersionNo(2));
    lent.refused(403);
    assert_eq!(handle.get().unwrap().version(), VersionNo(1));
    fake.until("the refusal is told", |fake| fake.counted(2) == (0, 0, 1)).await;
}

#[tokio::test]
async fn a_version_that_was_refused_can_still_prove_itself() {
    let fake = Fake::start().await;
    let handle = after_a_rotation(&fake).await;
    handle.get().unwrap().refused(401);
    until("version 2 is tried again", || {
        let lent = handle.get().unwrap();
        let again = lent.version() == VersionNo(2);
        lent.succeeded();
        again
    })
    .await;
    assert_eq!(handle.get().unwrap().version(), VersionNo(2));
}

#[tokio::test]
async fn when_both_are_refused_the_caller_sees_it_after_two_calls() {
    let fake = Fake::start().await;
    let handle = after_a_rotation(&fake).await;
    let far = Far::letting_in(&[]);
    assert_eq!(far.call(&handle).await, 401);
    assert_eq!(far.calls.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_refused_call_without_a_fallback_asks_for_a_newer_version_and_uses_it() {
    let fake = Fake::start().await;
    let client = fake.builder().hold(std::time::Duration::ZERO).build().unwrap();
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.serve(Served::version(2));
    // the client hears readers at most once in two seconds, and it has just asked
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    assert_eq!(Far::letting_in(&[2]).call(&handle).await, 200);
}

#[tokio::test]
async fn what_says_nothing_of_the_credential_is_neither_repeated_nor_counted() {
    let fake = Fake::start().await;
    let handle = after_a_rotation(&fake).await;
    for status in [404, 429, 500, 503] {
        let calls = AtomicU64::new(0);
        let answer = handle.call(async |_lent| {
            calls.fetch_add(1, Ordering::Relaxed);
            status
        });
        assert_eq!((answer.await.unwrap(), calls.load(Ordering::Relaxed)), (status, 1));
    }
    assert_eq!(handle.get().unwrap().version(), VersionNo(2));
    assert_eq!(fake.counted(2), (0, 0, 0));
}

#[tokio::test]
async fn a_service_that_is_no_http_is_judged_by_the_caller() {
    let fake = Fake::start().await;
    let handle = after_a_rotation(&fake).await;
    let said = |login: &Result<u64, &str>| match login {
        Ok(_) => Said::Accepted,
        Err("28P01") => Said::Unauthorized,
        Err(_) => Said::Nothing,
    };
    let login = handle.call_by(said, async |lent| if lent.version().0 == 1 { Ok(42) } else { Err("28P01") });
    assert_eq!(login.await.unwrap(), Ok(42));
    fake.until("the refusal is told", |fake| fake.counted(2).1 == 1).await;
}
