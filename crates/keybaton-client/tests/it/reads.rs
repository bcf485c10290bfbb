//! How a value comes and stays at hand.

use std::time::{Duration, Instant};

use keybaton_types::VersionNo;
use keybaton_types::wire::ENFORCED;

use crate::fake::{Fake, Mode, SECRET, Served};

#[tokio::test]
async fn a_value_is_lent_with_its_version_and_its_remaining_term() {
    let fake = Fake::start().await;
    let client = fake.client();
    let handle = client.secret(SECRET).unwrap();
    let lent = handle.ready().await.unwrap();
    assert_eq!((lent.version(), lent.text(), lent.fingerprint()), (VersionNo(1), "v4lue-1-5c0ffee", "fp-1"));
    let rest = lent.remaining(client.now());
    assert!(rest.ttl > Duration::from_secs(500) && rest.ttl < Duration::from_mins(10), "{rest:?}");
    assert_eq!(rest.max_stale, Duration::from_hours(1));
    assert!(lent.age(client.now()) >= Duration::from_secs(5));
    let read = fake.desk().reads[0].clone();
    assert_eq!((read.instance.as_deref(), read.lease.as_deref()), (Some("billing-0"), Some(ENFORCED)));
}

#[tokio::test]
async fn no_term_is_claimed_for_what_is_handed_on() {
    let fake = Fake::start().await;
    let client = fake.builder().hands_on().build().unwrap();
    client.secret(SECRET).unwrap().ready().await.unwrap();
    assert_eq!(fake.desk().reads[0].lease, None);
}

#[tokio::test]
async fn sixty_four_readers_cause_one_request() {
    let fake = Fake::start().await;
    fake.desk().delay = Duration::from_millis(100);
    let client = fake.builder().hold(Duration::ZERO).build().unwrap();
    let readers = (0..64).map(|_| {
        let handle = client.secret(SECRET).unwrap();
        tokio::spawn(async move { handle.ready().await.unwrap().version() })
    });
    for reader in readers.collect::<Vec<_>>() {
        assert_eq!(reader.await.unwrap(), VersionNo(1));
    }
    assert_eq!(fake.reads(), 1);
}

#[tokio::test]
async fn a_value_is_read_again_ahead_of_its_term_so_that_nobody_ever_waits() {
    let fake = Fake::start().await;
    fake.serve(Served::version(1).term(1, 3600));
    let client = fake.builder().hold(Duration::ZERO).build().unwrap();
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(3) {
        let lent = handle.get().unwrap();
        assert!(lent.remaining(client.now()).ttl > Duration::ZERO, "stale after {:?}", begun.elapsed());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!((3..=7).contains(&fake.reads()), "{} reads in three seconds", fake.reads());
}

#[tokio::test]
async fn a_publish_reaches_a_reader_at_once_and_what_was_lent_does_not_change() {
    let fake = Fake::start().await;
    let client = fake.client();
    let handle = client.secret(SECRET).unwrap();
    let old = handle.ready().await.unwrap();
    fake.until("a held request", |fake| fake.reads() == 2).await;
    let mut news = handle.subscribe();
    news.borrow_and_update();
    let begun = Instant::now();
    fake.serve(Served::version(2));
    news.wait_for(|notices| notices.version == Some(VersionNo(2))).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_eq!(handle.get().unwrap().text(), "v4lue-2-5c0ffee");
    assert_eq!(old.text(), "v4lue-1-5c0ffee");
    assert_eq!(handle.notices().last_good, Some(VersionNo(1)));
}

#[tokio::test]
async fn nothing_new_does_not_put_the_term_off() {
    let fake = Fake::start().await;
    fake.serve(Served::version(1).term(4, 3600));
    let client = fake.builder().hold(Duration::from_secs(1)).build().unwrap();
    let handle = client.secret(SECRET).unwrap();
    let first = handle.ready().await.unwrap().remaining(client.now()).ttl;
    fake.until("two held requests", |fake| fake.reads() >= 3).await;
    let later = handle.get().unwrap().remaining(client.now()).ttl;
    assert!(later + Duration::from_millis(500) < first, "{first:?}, then {later:?}");
}

#[tokio::test]
async fn secrets_beyond_the_held_requests_are_read_ahead_of_their_term() {
    let fake = Fake::start().await;
    fake.desk().served.insert("mail/prod".to_owned(), Served::version(7).term(1, 3600));
    let client = fake.builder().holds(1).build().unwrap();
    let (one, other) = (client.secret(SECRET).unwrap(), client.secret("mail/prod").unwrap());
    one.ready().await.unwrap();
    fake.until("a held request", |fake| fake.desk().reads.iter().any(|read| read.wait.is_some())).await;
    assert_eq!(other.ready().await.unwrap().version(), VersionNo(7));
    let of_mail = |fake: &Fake| fake.desk().reads.iter().filter(|read| read.secret == "mail/prod").count();
    fake.until("three reads of the other", |fake| of_mail(fake) >= 3).await;
    let held = |fake: &Fake| fake.desk().reads.iter().filter(|r| r.secret == "mail/prod" && r.wait.is_some()).count();
    assert_eq!(held(&fake), 0);
}

#[tokio::test]
async fn the_same_over_a_unix_socket() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::start_on(&folder.path().join("agent.sock"));
    let handle = fake.client().secret(SECRET).unwrap();
    assert_eq!(handle.ready().await.unwrap().version(), VersionNo(1));
}

#[tokio::test]
async fn a_closed_client_lends_nothing() {
    let fake = Fake::start().await;
    let client = fake.client();
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    client.close().await;
    assert!(matches!(handle.get(), Err(keybaton_client::Error::Closed)), "{:?}", handle.get());
    assert!(matches!(client.secret("mail/prod"), Err(keybaton_client::Error::Closed)));
}

#[tokio::test]
async fn a_client_that_is_dropped_asks_no_more() {
    let fake = Fake::start().await;
    fake.serve(Served::version(1).term(1, 3600));
    let client = fake.builder().hold(Duration::ZERO).build().unwrap();
    client.secret(SECRET).unwrap().ready().await.unwrap();
    drop(client);
    fake.behave(Mode::Well);
    let before = fake.reads();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(fake.reads() <= before + 1, "{} reads, then {}", before, fake.reads());
}
