//! A version is about to go: it is erased when nothing is in flight with it, and keybaton hears `dropped`, no earlier.

use std::time::Duration;

use keybaton_types::VersionNo;
use keybaton_types::wire::Kind;

use crate::fake::{Fake, SECRET, Served, until};

#[tokio::test]
async fn a_retiring_version_is_dropped_when_the_last_call_with_it_ends() {
    let fake = Fake::start().await;
    let handle = fake.client().secret(SECRET).unwrap();
    let in_flight = handle.ready().await.unwrap();
    fake.until("a held request", |fake| fake.reads() == 2).await;
    fake.serve(Served::version(2));
    until("version 2", || handle.notices().version == Some(VersionNo(2))).await;
    handle.get().unwrap().succeeded();
    fake.serve(Served::version(2).retiring(&[1]));
    until("version 1 is no fallback", || handle.notices().last_good.is_none()).await;
    fake.until("version 2 is used", |fake| fake.seen(2).contains(&Kind::Used)).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(fake.seen(1), [], "dropped while a call was in flight");
    in_flight.succeeded();
    drop(in_flight);
    fake.until("version 1 is dropped", |fake| fake.seen(1).contains(&Kind::Dropped)).await;
    assert_eq!(fake.seen(1), [Kind::Used, Kind::Dropped], "the last word on a dropped version is that it is dropped");
}

#[tokio::test]
async fn a_call_in_flight_is_counted_before_its_version_is_dropped() {
    let fake = Fake::start().await;
    let handle = fake.client().secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.until("a held request", |fake| fake.reads() == 2).await;
    let (begin, underway) = tokio::sync::oneshot::channel::<()>();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let (mut begin, mut ended) = (Some(begin), Some(ended));
    let slow = handle.clone();
    let call = tokio::spawn(async move {
        let call = slow.call(|lent| {
            let (begin, ended) = (begin.take().unwrap(), ended.take().unwrap());
            async move {
                // the caller lets go of what it was lent before the answer is here
                drop(lent);
                begin.send(()).unwrap();
                ended.await.unwrap();
                200_u16
            }
        });
        call.await.unwrap()
    });
    underway.await.unwrap();
    fake.serve(Served::version(2).retiring(&[1]));
    until("version 2", || handle.notices().version == Some(VersionNo(2))).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(fake.seen(1), []);
    end.send(()).unwrap();
    assert_eq!(call.await.unwrap(), 200);
    fake.until("version 1 is dropped", |fake| fake.seen(1).contains(&Kind::Dropped)).await;
    assert_eq!(fake.seen(1), [Kind::Used, Kind::Dropped]);
}

#[tokio::test]
async fn an_instance_that_was_restarted_says_that_it_does_not_have_what_is_retiring() {
    let fake = Fake::start().await;
    fake.serve(Served::version(2).retiring(&[1]));
    let handle = fake.client().secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.until("version 1 is dropped", |fake| fake.seen(1) == [Kind::Dropped]).await;
}

#[tokio::test]
async fn the_same_credential_under_an_older_number_is_not_called_dropped() {
    let (fake, handle) = Fake::at_version_two().await;
    let back = Served { version: 3, ..Served::version(1) };
    fake.serve(back.clone());
    until("version 3", || handle.notices().version == Some(VersionNo(3))).await;
    assert_eq!(handle.notices().last_good, Some(VersionNo(2)), "version 1 is erased");
    fake.serve(back.retiring(&[2]));
    fake.until("version 2 is dropped", |fake| fake.seen(2).contains(&Kind::Dropped)).await;
    assert!(!fake.seen(1).contains(&Kind::Dropped), "credential of version 3 is in our hands");
}

#[tokio::test]
async fn an_orderly_end_drops_everything() {
    let fake = Fake::start().await;
    let client = fake.client();
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap().succeeded();
    client.close().await;
    assert_eq!(fake.seen(1), [Kind::Used, Kind::Dropped]);
    assert_eq!(fake.counted(1), (1, 0, 0));
}

#[tokio::test]
async fn a_retiring_version_is_kept_while_its_successor_is_refused_here() {
    let fake = Fake::start().await;
    let handle = fake.client().secret(SECRET).unwrap();
    handle.ready().await.unwrap().succeeded();
    fake.until("a held request", |fake| fake.reads() == 2).await;
    fake.serve(Served::version(2));
    until("version 2", || handle.notices().version == Some(VersionNo(2))).await;
    let refused = handle.get().unwrap();
    refused.refused(403);
    fake.serve(Served::version(2).retiring(&[1]));
    until("it is known", || handle.notices().retiring == [VersionNo(1)]).await;
    assert_eq!(handle.get().unwrap().version(), VersionNo(1));
    refused.succeeded();
    fake.until("version 1 is dropped", |fake| fake.seen(1).contains(&Kind::Dropped)).await;
}
