//! Somebody else writes into the file while a rotation is at work.

use super::rig::{adopted, bench, read, write};
use crate::stage::{OLD_VALUE, SECRET};

#[tokio::test]
async fn a_value_of_somebody_else_holds_the_rotation_and_says_so() {
    let bench = adopted("watch = { for = \"1h\", every = \"500ms\" }\noverlap = { until = \"time\" }").await;
    let mut rotate = bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    let ours = read(&bench);
    write(&bench, "sk_by_somebody_else");
    let ended = rotate.ended().await.exits(5).hides("sk_by_somebody_else");
    ended.says(&["the vault serves a value that keybaton did not write"]);
    assert_eq!(read(&bench), "sk_by_somebody_else", "it was overwritten behind somebody's back");
    assert!(bench.service.lets_in(OLD_VALUE).await && bench.service.lets_in(&ours).await, "a key died in a hold");
    bench.run(&format!("explain {SECRET}")).await.exits(0).prints(&["did not write"]);
}

const SHORT: &str = "watch = { for = \"1s\", every = \"500ms\" }\noverlap = { min = \"1s\", until = \"time\" }";

#[tokio::test]
async fn a_value_that_somebody_wrote_between_two_rotations_is_not_overwritten() {
    let bench = adopted(SHORT).await;
    write(&bench, "sk_between");
    let ended = bench.run(&format!("rotate {SECRET} --wait")).await.exits(5).hides("sk_between");
    ended.says(&["the vault serves a value that keybaton did not write"]);
    assert_eq!(read(&bench), "sk_between", "the only copy of it is gone");
    assert!(bench.service.lets_in(OLD_VALUE).await, "a key died in a hold");

    write(&bench, OLD_VALUE);
    bench.run(&format!("resume {SECRET}")).await;
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    assert_ne!(read(&bench), OLD_VALUE);
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_value_that_was_never_adopted_is_not_overwritten_either() {
    let bench = bench(SHORT, "sk_unknown").await;
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(5).says(&["did not write"]);
    assert_eq!(read(&bench), "sk_unknown");
}

#[tokio::test]
async fn an_old_value_of_our_own_is_replaced_without_a_word_to_anybody() {
    let bench =
        adopted("watch = { for = \"3s\", every = \"500ms\" }\noverlap = { min = \"1s\", until = \"time\" }").await;
    let mut rotate = bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    let ours = read(&bench);
    write(&bench, OLD_VALUE);
    rotate.ended().await.exits(0);
    assert_eq!(read(&bench), ours, "a restored backup was not corrected");
    bench.assert_whole().await;
}
