//! Questions: asked on a terminal only, and no is the default.

use crate::stage::{Bench, Ended, OLD_VALUE, SECRET};

const LONG: &str = "overlap = { min = \"1h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";

/// Runs a command on a terminal of its own and types an answer; the terminal joins data and words.
async fn typed(bench: &Bench, line: &str, answer: &str) -> Ended {
    let script = format!("printf '{answer}' | script -qec '{} {line}' /dev/null", env!("CARGO_BIN_EXE_keybaton"));
    bench.keybaton.run_under(&["sh", "-c", &script], "").await
}

#[tokio::test]
async fn a_yes_that_nobody_can_give_is_a_flag() {
    let bench = Bench::with(LONG).await;
    bench.rotate_until("draining").await;
    let ended = bench.run(&format!("revoke {SECRET} --version 1")).await.exits(2).explains();
    ended.says(&["needs a yes", "both keys work", "hint: pass --yes"]);
    assert!(bench.service.lets_in(OLD_VALUE).await);
}

#[tokio::test]
async fn on_a_terminal_a_rotation_is_asked_for_and_no_is_the_default() {
    let bench = Bench::with(LONG).await;
    let ended = typed(&bench, &format!("rotate {SECRET}"), "\\n").await.exits(1);
    ended.prints(&["? Rotate payments/prod (y/N)", "No way back", "Nothing was started"]);
    assert_eq!(bench.service.live().len(), 1);
    assert!(!bench.book().await.is_busy());
}

#[tokio::test]
async fn a_yes_on_a_terminal_starts_it() {
    let bench = Bench::with(LONG).await;
    typed(&bench, &format!("rotate {SECRET}"), "y\\n").await.exits(6);
    assert_eq!(bench.service.live().len(), 2);
}

#[tokio::test]
async fn a_terminal_is_not_asked_when_input_is_forbidden() {
    let bench = Bench::with(LONG).await;
    bench.rotate_until("draining").await;
    let ended = typed(&bench, &format!("revoke {SECRET} --version 1 --no-input"), "y\\n").await.exits(2);
    ended.prints(&["pass --yes"]);
    assert!(bench.service.lets_in(OLD_VALUE).await);
}
