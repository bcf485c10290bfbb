//! A rotation by hand from the first word to the last, and one that is given up.

use super::hand::{DAYS, Hand};
use crate::stage::{OLD_ID, OLD_VALUE, SECRET};

#[tokio::test]
async fn a_plan_names_what_a_person_does() {
    let hand = Hand::adopted(DAYS).await;
    let ended = hand.bench.run(&format!("plan {SECRET}")).await.exits(0);
    ended.prints(&[
        "make a new key at the service within 3d, and hand it over",
        "delete the old key (key/legacy+1) at the service within 3d",
        "a person deletes it only then",
    ]);
}

#[tokio::test]
async fn a_key_made_by_hand_replaces_the_old_one_which_is_proven_dead() {
    let hand = Hand::adopted(DAYS).await;
    let ended = hand.bench.run(&format!("rotate {SECRET}")).await.exits(6);
    ended.says(&["a person has to make the new key", "/settings/keys", "hint: make the key, then `keybaton adopt"]);
    let errand = hand.errand().await;
    assert_eq!((&errand["task"], &errand["late"]), (&"make-key".into(), &false.into()));
    assert_eq!(errand["command"], "keybaton adopt payments/prod --id ID");
    hand.bench.run(&format!("explain {SECRET}")).await.exits(0).prints(&["with the scope repo", "keybaton adopt"]);

    let made = hand.make().await;
    let ended = hand.hand(&made.id, &made.value).await.exits(0);
    ended.says(&["the probe accepts it", "handed over"]).hides(&made.value);

    let mut rotate = hand.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("delete the key key/legacy+1").await;
    assert_eq!(hand.bench.value().await, made.value);
    assert_eq!(hand.errand().await["task"], "delete-key");
    hand.delete(OLD_ID).await;
    rotate.ended().await.exits(0).says(&["done", "the revoke is"]);
    assert_eq!(hand.bench.service.live(), [made.id]);
    hand.bench.assert_whole().await;
}

#[tokio::test]
async fn a_word_that_the_key_is_deleted_is_checked_at_once_and_not_believed() {
    let hand = Hand::adopted(DAYS).await;
    hand.ask().await;
    let made = hand.make().await;
    hand.hand(&made.id, &made.value).await.exits(0);
    hand.bench.rotate_until("delete the key").await;
    hand.bench.run(&format!("resume {SECRET}")).await.exits(6).says(&["a person has to delete the revoked key"]);
    assert!(hand.bench.service.lets_in(OLD_VALUE).await);
    hand.delete(OLD_ID).await;
    while hand.bench.service.lets_in(OLD_VALUE).await {
        tokio::task::yield_now().await;
    }
    hand.bench.run(&format!("resume {SECRET}")).await.exits(0);
    hand.bench.assert_whole().await;
}

#[tokio::test]
async fn a_rotation_that_waits_for_its_key_can_be_given_up() {
    let hand = Hand::adopted(DAYS).await;
    hand.ask().await;
    hand.bench.run(&format!("rollback {SECRET}")).await.exits(0);
    assert_eq!(hand.bench.value().await, OLD_VALUE);
    assert_eq!(hand.bench.service.live(), [OLD_ID]);
    let made = hand.make().await;
    hand.hand(&made.id, &made.value).await.exits(1).explains().says(&["managed already"]);
    hand.delete(&made.id).await;
    hand.bench.assert_whole().await;
}

#[tokio::test]
async fn a_leaked_key_asks_for_the_person_first() {
    let hand = Hand::adopted(DAYS).await;
    let ended = hand.bench.run(&format!("rotate {SECRET} --reason leaked --yes")).await.exits(6);
    ended.says(&["a person has to make the new key"]);
    assert_eq!(hand.errand().await["task"], "make-key");
}
