//! A crash between handing a key over and the commit that takes it.

use rustix::process::Signal;

use super::hand::{DAYS, Hand, Made};
use crate::stage::{OLD_ID, SECRET, expire_leases};

/// A rotation that waits for a key, the key handed over, and both processes killed before it was taken.
async fn handed_over(hand: &Hand) -> Made {
    let mut rotate = hand.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("with the scope repo").await;
    // The dead engine's lease keeps everybody else from taking the key.
    rotate.signal(Signal::KILL);
    rotate.ended().await;
    let made = hand.make().await;
    hand.bench.keybaton.write("new.key", &made.value);
    let adopt = hand.bench.keybaton.start(&format!("adopt {SECRET} --id {} --from file:new.key", made.id));
    while hand.bench.sql("UPDATE handed SET issued = issued").await == 0 {
        tokio::task::yield_now().await;
    }
    adopt.signal(Signal::KILL);
    adopt.ended().await;
    made
}

#[tokio::test]
async fn a_key_that_was_handed_over_before_a_crash_is_taken_after_it() {
    let hand = Hand::adopted(DAYS).await;
    let made = handed_over(&hand).await;
    assert_eq!(hand.bench.sql("UPDATE handed SET issued = issued").await, 1, "the key was taken too early");

    expire_leases(&hand.bench.keybaton).await;
    let mut rotate = hand.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("delete the key").await;
    assert_eq!(hand.bench.value().await, made.value);
    assert_eq!(hand.bench.sql("UPDATE handed SET issued = issued").await, 0, "what was taken is still there");
    hand.delete(OLD_ID).await;
    rotate.ended().await.exits(0);
    hand.bench.assert_whole().await;
}

#[tokio::test]
async fn a_key_that_was_handed_over_before_it_was_given_up_is_condemned_and_not_forgotten() {
    let hand = Hand::adopted(DAYS).await;
    let made = handed_over(&hand).await;
    // What woke the rotation is lost with the person's shell; the key is not.
    hand.bench.sql("DELETE FROM ask").await;
    expire_leases(&hand.bench.keybaton).await;
    let mut rollback = hand.bench.keybaton.start(&format!("rollback {SECRET}"));
    rollback.says("delete the key").await;
    hand.delete(&made.id).await;
    rollback.ended().await;
    hand.bench.run(&format!("rotate {SECRET} --wait")).await.exits(4);
    assert_eq!(hand.bench.service.live(), [OLD_ID]);
    hand.bench.assert_whole().await;
}
