//! Versions never go backwards, and nobody uses a condemned one.

use std::sync::Arc;
use std::time::Duration;

use keybaton_client::Error;
use keybaton_types::VersionNo;
use keybaton_types::wire::Kind;

use crate::clock::Shifted;
use crate::fake::{Fake, Mode, SECRET, Served, until};

#[tokio::test]
async fn an_answer_that_comes_out_of_order_changes_nothing_and_keybaton_hears_of_the_newer_version() {
    let fake = Fake::start().await;
    fake.serve(Served::version(7));
    let handle = fake.client().secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.until("a held request", |fake| fake.reads() == 2).await;
    fake.serve(Served::version(5));
    fake.until("the newer version is announced", |fake| fake.seen(7).contains(&Kind::Fetched)).await;
    assert_eq!(handle.get().unwrap().version(), VersionNo(7));
    assert!(handle.notices().trouble.as_ref().unwrap().contains("older"), "{:?}", handle.notices());
    fake.serve(Served::version(1008));
    fake.behave(Mode::Well);
}

#[tokio::test]
async fn an_older_server_without_anything_at_hand_is_refused_and_not_believed() {
    let (fake, clock) = (Fake::start().await, Shifted::default());
    fake.serve(Served::version(7).term(60, 60));
    let client = fake.builder().clock(Arc::new(clock.clone())).build().unwrap();
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.serve(Served::version(5));
    until("the trouble is known", || handle.notices().trouble.is_some()).await;
    clock.suspend(Duration::from_mins(3));
    until("it is refused", || matches!(handle.get(), Err(Error::Backwards { .. } | Error::Expired { .. }))).await;
    until("by its reason", || matches!(handle.get(), Err(Error::Backwards { .. }))).await;
}

#[tokio::test]
async fn a_condemned_version_is_never_lent_again_although_there_is_no_other() {
    let fake = Fake::start().await;
    let handle = fake.client().secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.until("a held request", |fake| fake.reads() == 2).await;
    fake.serve(Served::version(1).condemning(&[1]));
    until("it is not lent", || handle.get().is_err()).await;
    assert!(matches!(handle.get(), Err(Error::Condemned { version: VersionNo(1), .. })), "{:?}", handle.get());
    fake.serve(Served::version(2).condemning(&[1]));
    fake.behave(Mode::Well);
}

#[tokio::test]
async fn a_condemned_version_is_no_fallback_and_is_not_lent_while_stale() {
    let (fake, clock) = (Fake::start().await, Shifted::default());
    let client = fake.builder().clock(Arc::new(clock.clone())).build().unwrap();
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap().succeeded();
    fake.until("a held request", |fake| fake.reads() == 2).await;
    fake.serve(Served::version(2));
    until("version 2", || handle.notices().version == Some(VersionNo(2))).await;
    fake.serve(Served::version(2).condemning(&[1]));
    until("version 1 is gone", || handle.notices().last_good.is_none()).await;
    fake.behave(Mode::Status(503));
    clock.suspend(Duration::from_mins(11));
    handle.get().unwrap().refused(401);
    assert_eq!(handle.get().unwrap().version(), VersionNo(2), "a condemned version was lent");
    assert_eq!(handle.notices().condemned, [VersionNo(1)]);
}

#[tokio::test]
async fn a_rollback_is_a_higher_version_and_is_taken() {
    let (fake, handle) = Fake::at_version_two().await;
    let again = Served { version: 3, ..Served::version(1) };
    fake.serve(again.retiring(&[2]));
    until("version 3", || handle.notices().version == Some(VersionNo(3))).await;
    assert_eq!(handle.get().unwrap().text(), "v4lue-1-5c0ffee");
}
