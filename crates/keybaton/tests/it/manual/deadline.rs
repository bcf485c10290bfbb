//! A person who is late, or never comes.

use super::hand::{DAYS, Hand, SECONDS};
use crate::stage::{OLD_VALUE, SECRET};

#[tokio::test]
async fn nobody_who_makes_the_key_is_late_and_the_rotation_waits_on() {
    let hand = Hand::adopted(SECONDS).await;
    hand.bench.run(&format!("rotate {SECRET} --wait=4s")).await.exits(6);
    assert_eq!(hand.errand().await["late"], true);
    let ended = hand.bench.run("status --check").await.exits(1);
    ended.says(&["the deadline is over"]).prints(&["a person has to make the new key"]);
    hand.bench.run(&format!("explain {SECRET}")).await.exits(0).prints(&["the deadline was", "nothing ends by it"]);
    assert_eq!(hand.bench.value().await, OLD_VALUE);
    let made = hand.make().await;
    hand.hand(&made.id, &made.value).await.exits(0);
    assert_ne!(hand.errand().await["task"], "make-key");
}

#[tokio::test]
async fn nobody_who_deletes_the_old_key_is_late_and_it_is_said_that_it_still_works() {
    let hand = Hand::adopted(SECONDS).await;
    hand.ask().await;
    let made = hand.make().await;
    hand.hand(&made.id, &made.value).await.exits(0);
    hand.bench.rotate_until("delete the key").await;
    hand.bench.run(&format!("rotate {SECRET} --wait=4s")).await.exits(6);
    let ended = hand.bench.run("status --check").await.exits(1);
    ended.says(&["still accepted after the deadline"]);
    let safe = hand.bench.run(&format!("explain {SECRET}")).await.exits(0);
    safe.prints(&["works until a person deletes it at the service"]);
    assert_eq!(hand.bench.value().await, made.value);
    assert!(hand.bench.service.lets_in(OLD_VALUE).await, "something was deleted although nobody did it");
    hand.bench.run(&format!("rollback {SECRET}")).await.exits(1).explains();
}

#[tokio::test]
async fn a_rotation_within_its_deadline_is_no_surprise() {
    let hand = Hand::adopted(DAYS).await;
    hand.ask().await;
    let made = hand.make().await;
    hand.hand(&made.id, &made.value).await.exits(0);
    hand.bench.rotate_until("delete the key").await;
    hand.bench.run(&format!("rotate {SECRET} --wait=3s")).await.exits(6);
    let alerts = hand.bench.status().await["alerts"].clone();
    assert!(!alerts.to_string().contains("still accepted"), "{alerts}");
    assert!(alerts.to_string().contains("a person has to delete the revoked key"), "{alerts}");
}
