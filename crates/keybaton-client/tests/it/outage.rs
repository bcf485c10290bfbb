//! Keybaton does not answer as hoped: what is at hand stays usable, for as long as its term says and no longer.

use std::time::{Duration, Instant};

use keybaton_client::Error;
use keybaton_types::VersionNo;

use crate::clock::Shifted;
use crate::fake::{self, Fake, Mode, SECRET, Served, until};

/// Every way of not answering; none of them says that the reader was cut off.
const SICK: [Mode; 7] = [
    Mode::Status(500),
    Mode::Status(502),
    Mode::Status(503),
    Mode::Status(418),
    Mode::Throttles(1),
    Mode::Hangs,
    Mode::Babbles,
];

async fn is_served_stale_and_then_refused(mode: Mode) {
    let (fake, clock) = (Fake::start().await, Shifted::default());
    fake.serve(Served::version(1).term(60, 60));
    let client = fake.builder().clock(std::sync::Arc::new(clock.clone())).build().unwrap();
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.behave(mode);

    clock.suspend(Duration::from_secs(61));
    for _ in 0..3 {
        let begun = Instant::now();
        let lent = handle.ready().await.unwrap_or_else(|error| panic!("{mode:?}: {error}"));
        assert!(begun.elapsed() < Duration::from_millis(500), "{mode:?}: waited {:?}", begun.elapsed());
        let rest = lent.remaining(client.now());
        assert!(rest.ttl.is_zero() && rest.max_stale > Duration::from_secs(30), "{mode:?}: {rest:?}");
    }
    until("the trouble is known", || handle.notices().trouble.is_some()).await;

    clock.suspend(Duration::from_mins(1));
    let error = handle.get().unwrap_err();
    assert!(matches!(error, Error::Expired { .. }), "{mode:?}: {error:?}");
    assert!(error.to_string().contains("keybaton"), "{mode:?}: {error}");
    assert!(!error.to_string().contains("v4lue"), "{mode:?}: {error}");

    fake.behave(Mode::Well);
    until("the value is back", || handle.get().is_ok()).await;
    assert_eq!(handle.notices().trouble, None, "{mode:?}");
}

#[tokio::test]
async fn whatever_keybaton_does_a_value_at_hand_is_lent_at_once_until_its_term_is_over() {
    let mut all = tokio::task::JoinSet::new();
    for mode in SICK {
        all.spawn(is_served_stale_and_then_refused(mode));
    }
    all.join_all().await;
}

#[tokio::test]
async fn a_version_that_was_published_during_the_outage_comes_right_after_it() {
    let (fake, clock) = (Fake::start().await, Shifted::default());
    let client = fake.builder().clock(std::sync::Arc::new(clock.clone())).build().unwrap();
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.behave(Mode::Status(503));
    clock.suspend(Duration::from_mins(11));
    assert_eq!(handle.ready().await.unwrap().version(), VersionNo(1));
    fake.desk().served.insert(SECRET.to_owned(), Served::version(2));
    fake.behave(Mode::Well);
    until("version 2", || handle.get().is_ok_and(|lent| lent.version() == VersionNo(2))).await;
}

#[tokio::test]
async fn a_server_that_throttles_is_left_alone_for_as_long_as_it_says() {
    let fake = Fake::start().await;
    fake.behave(Mode::Throttles(30));
    let handle = fake.client().secret(SECRET).unwrap();
    let error = handle.ready().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    for _ in 0..5 {
        handle.get().unwrap_err();
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(fake.reads(), 1);
}

#[tokio::test]
async fn nobody_there_and_nothing_at_hand_is_a_clear_error_that_comes_quickly() {
    let handle = fake::builder("http://127.0.0.1:9").build().unwrap().secret(SECRET).unwrap();
    assert!(matches!(handle.get(), Err(Error::NotYet(_))));
    let begun = Instant::now();
    let error = handle.ready().await.unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    let said = format!("{error} {}", error.hint());
    assert!(said.contains(SECRET) && said.contains("could not be asked") && said.contains("reached"), "{said}");
}

#[tokio::test]
async fn an_outage_is_no_storm() {
    let fake = Fake::start().await;
    let handle = fake.client().secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.behave(Mode::Status(500));
    fake.until("the trouble", |fake| fake.reads() >= 3).await;
    let before = fake.reads();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(3) {
        drop(handle.get());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(fake.reads() - before < 12, "{} reads in three seconds", fake.reads() - before);
}
