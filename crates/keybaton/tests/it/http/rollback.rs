//! Back to the old key: asked for, or by itself.

use keybaton_sandbox::{Operation, Scope};

use crate::stage::{Bench, OLD_ID, OLD_VALUE, SECRET};

/// The drain lasts until somebody acts.
const LONG: &str = "overlap = { min = \"1h\", max = \"2h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\", failures = 2 }";

#[tokio::test]
async fn a_rollback_in_the_drain_makes_the_old_key_current_again() {
    let bench = Bench::with(LONG).await;
    bench.rotate_until("draining").await;
    let new = bench.value().await;
    assert_ne!(new, OLD_VALUE);
    bench.run(&format!("rollback {SECRET}")).await.exits(0);
    assert_eq!(bench.value().await, OLD_VALUE);
    assert!(bench.service.lets_in(OLD_VALUE).await);
    assert!(bench.service.lets_in(&new).await, "the new key died before those who hold it could move back");
    assert_eq!(bench.status().await["version"], 3, "a rollback is a new version");
}

#[tokio::test]
async fn a_rollback_that_is_waited_for_ends_with_one_key() {
    let mut bench = Bench::with(LONG).await;
    bench.rotate_until("draining").await;
    bench.agree(
        "overlap = { min = \"1s\", max = \"1h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }",
    );
    bench.run(&format!("rollback {SECRET} --wait")).await.exits(0);
    bench.assert_whole().await;
    assert_eq!(bench.service.live(), [OLD_ID]);
}

#[tokio::test]
async fn a_rollback_of_nothing_is_refused() {
    let bench = Bench::adopted().await;
    let ended = bench.run(&format!("rollback {SECRET}")).await.exits(1).explains();
    ended.says(&["keybaton explain payments/prod"]);
}

#[tokio::test]
async fn a_new_key_that_never_proves_is_destroyed_and_was_never_published() {
    let bench = Bench::adopted().await;
    // A new key is refused for longer than the issuer is configured to take.
    bench.service.state().set_propagation(std::time::Duration::from_hours(1));
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(4).says(&["rolled back"]);
    assert_eq!(bench.value().await, OLD_VALUE);
    assert_eq!(bench.service.live(), [OLD_ID]);
    assert_eq!(bench.status().await["version"], 1);
}

#[tokio::test]
async fn a_new_key_that_dies_in_the_drain_is_rolled_back_by_itself() {
    let bench = Bench::with(LONG).await;
    bench.rotate_until("draining").await;
    let new = bench.service.live().into_iter().find(|id| id != OLD_ID).unwrap();
    bench.service.state().disable(&new).unwrap();
    let mut rotate = bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining-back").await;
    assert_eq!(bench.value().await, OLD_VALUE);
    assert!(bench.service.lets_in(OLD_VALUE).await);
}

#[tokio::test]
async fn a_shallow_probe_alone_does_not_see_a_missing_scope() {
    let bench = Bench::adopted().await;
    bench.service.state().set_scope_of_new(Scope::Unauthorized);
    bench.run(&format!("plan {SECRET}")).await.exits(0);
    assert_eq!(bench.service.state().calls(Operation::Create), 0, "a plan made a key");
}
