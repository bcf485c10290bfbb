//! The machine slept, or its clock jumped: nothing that outlived its term is lent.

use std::sync::Arc;
use std::time::Duration;

use keybaton_client::{Client, Error, Handle};

use crate::clock::Shifted;
use crate::fake::{Fake, Mode, SECRET, Served};

async fn at_hand(fake: &Fake) -> (Shifted, Client, Handle) {
    let clock = Shifted::default();
    fake.serve(Served::version(1).term(60, 60));
    let client = fake.builder().clock(Arc::new(clock.clone())).build().unwrap();
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.until("a held request", |fake| fake.reads() == 2).await;
    (clock, client, handle)
}

#[tokio::test]
async fn a_process_that_slept_over_the_end_of_the_term_lends_nothing_old() {
    let fake = Fake::start().await;
    let (clock, _client, handle) = at_hand(&fake).await;
    fake.behave(Mode::Hangs);
    clock.suspend(Duration::from_mins(3));
    assert!(matches!(handle.get(), Err(Error::Expired { .. })), "{:?}", handle.get());
}

#[tokio::test]
async fn either_clock_alone_ends_the_term() {
    let fake = Fake::start().await;
    let (clock, _client, handle) = at_hand(&fake).await;
    fake.behave(Mode::Hangs);
    clock.set_wall_forward(Duration::from_mins(3));
    assert!(matches!(handle.get(), Err(Error::Expired { .. })), "{:?}", handle.get());

    let fake = Fake::start().await;
    let (clock, _client, handle) = at_hand(&fake).await;
    fake.behave(Mode::Hangs);
    clock.set_boot_forward(Duration::from_mins(3));
    assert!(matches!(handle.get(), Err(Error::Expired { .. })), "{:?}", handle.get());
}

#[tokio::test]
async fn a_process_that_wakes_up_asks_before_its_first_use() {
    let fake = Fake::start().await;
    let (clock, _client, handle) = at_hand(&fake).await;
    fake.desk().served.insert(SECRET.to_owned(), Served::version(2));
    clock.suspend(Duration::from_mins(3));
    assert_eq!(handle.ready().await.unwrap().version().0, 2);
}
