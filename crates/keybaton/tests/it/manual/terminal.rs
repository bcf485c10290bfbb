//! The guided step on a terminal: the id is asked for, and the value without showing it.

use super::hand::{DAYS, Hand};
use crate::stage::{OLD_ID, SECRET};

#[tokio::test]
async fn on_a_terminal_the_key_is_asked_for_and_never_shown() {
    let hand = Hand::adopted(DAYS).await;
    let mut rotate = hand.bench.keybaton.start_on_terminal(&format!("rotate {SECRET} --wait --yes"));
    rotate.says("with the scope repo").await;
    let made = hand.make().await;
    rotate.types(&format!("{}\n", made.id)).await;
    rotate.says("Its value, which is not shown").await;
    rotate.types("pasted-wrong\n").await;
    rotate.says("refuses this value").await;
    rotate.types(&format!("{}\n", made.id)).await;
    rotate.says_again("Its value, which is not shown").await;
    rotate.types(&format!("{}\n", made.value)).await;
    rotate.says("delete the key").await;
    hand.delete(OLD_ID).await;
    rotate.ended().await.exits(0).hides(&made.value).hides("pasted-wrong");
    hand.bench.assert_whole().await;
}

#[tokio::test]
async fn on_a_terminal_an_empty_answer_leaves_the_question_to_another_command() {
    let hand = Hand::adopted(DAYS).await;
    let mut rotate = hand.bench.keybaton.start_on_terminal(&format!("rotate {SECRET} --wait --yes"));
    rotate.says("with the scope repo").await;
    rotate.types("\n").await;
    rotate.says("Waiting").await;
    let made = hand.make().await;
    hand.hand(&made.id, &made.value).await.exits(0);
    rotate.says("delete the key").await;
    hand.delete(OLD_ID).await;
    rotate.ended().await.exits(0);
}
