//! What is told: in the background, together, in order, and not lost by an outage.

use std::time::Duration;

use keybaton_types::VersionNo;
use keybaton_types::wire::{AuthResults, Kind, Sighted};

use crate::fake::{Fake, Mode, SECRET, Served, until};

#[tokio::test]
async fn a_thousand_calls_are_a_few_reports() {
    let fake = Fake::start().await;
    let handle = fake.client().secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    for _ in 0..1000 {
        handle.get().unwrap().succeeded();
    }
    fake.until("every call is counted", |fake| fake.counted(1).0 == 1000).await;
    assert!(fake.desk().results.len() <= 5, "{}", fake.desk().results.len());
    assert!(fake.seen(1).len() <= 5 && fake.seen(1).iter().all(|kind| *kind == Kind::Used), "{:?}", fake.seen(1));
}

#[tokio::test]
async fn a_first_use_and_a_refusal_are_told_at_once() {
    let fake = Fake::start().await;
    let client = fake.builder().report_every(Duration::from_hours(1)).build().unwrap();
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap().succeeded();
    fake.until("the use is told", |fake| fake.seen(1) == [Kind::Used]).await;
    handle.get().unwrap().refused(401);
    fake.until("the refusal is told", |fake| fake.counted(1).1 == 1).await;
}

#[tokio::test]
async fn what_cannot_be_told_in_an_outage_is_told_after_it() {
    let fake = Fake::start().await;
    let handle = fake.client().secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.behave(Mode::Status(503));
    for _ in 0..10 {
        handle.get().unwrap().succeeded();
        handle.get().unwrap().refused(403);
    }
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(fake.counted(1), (0, 0, 0));
    fake.behave(Mode::Well);
    fake.until("all is told", |fake| fake.counted(1) == (10, 0, 10) && fake.seen(1).contains(&Kind::Used)).await;
}

#[tokio::test]
async fn the_last_word_is_about_the_version_that_was_used_last() {
    let fake = Fake::start().await;
    let client = fake.builder().report_every(Duration::from_millis(700)).build().unwrap();
    let handle = client.secret(SECRET).unwrap();
    let one = handle.ready().await.unwrap();
    fake.until("a held request", |fake| fake.reads() == 2).await;
    fake.serve(Served::version(2));
    until("version 2", || handle.notices().version == Some(VersionNo(2))).await;
    let two = handle.get().unwrap();
    two.succeeded();
    one.succeeded();
    fake.until("both are told", |fake| fake.desk().sightings.len() == 2).await;
    let told: Vec<u64> = fake.desk().sightings.iter().map(|(_, _, seen)| seen.version.0).collect();
    assert_eq!(told, [2, 1]);
}

#[tokio::test]
async fn a_file_that_was_written_is_told_as_delivered() {
    let fake = Fake::start().await;
    let handle = fake.client().secret(SECRET).unwrap();
    handle.ready().await.unwrap().delivered();
    fake.until("it is told", |fake| fake.seen(1) == [Kind::Delivered]).await;
}

#[tokio::test]
async fn an_agent_passes_on_what_its_readers_say_under_their_names() {
    let fake = Fake::start().await;
    let handle = fake.client().secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    let seen = Sighted { version: VersionNo(1), kind: Kind::Used };
    handle.pass_on("reader-7", seen).await.unwrap();
    let results = AuthResults { version: VersionNo(1), ok: 3, ..AuthResults::default() };
    handle.pass_on_results("reader-7", results).await.unwrap();
    assert_eq!(fake.desk().sightings, [("reader-7".to_owned(), SECRET.to_owned(), seen)]);
    fake.behave(Mode::Status(400));
    let error = handle.pass_on("reader-7", seen).await.unwrap_err();
    assert!(error.to_string().contains("as the test wants"), "{error}");
    assert!(handle.pass_on("a name with spaces", seen).await.is_err());
}
