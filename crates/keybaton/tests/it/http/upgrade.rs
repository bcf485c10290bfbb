//! Being replaced in the middle of a rotation: told to stop, and met again by an older program.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::stage::{Bench, SECRET};

const LONG: &str = "overlap = { min = \"1h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";
const SHORT: &str = "overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";

/// Longer than a command needs to start, and much shorter than a lease that nobody gave up.
const AT_ONCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_command_that_is_told_to_stop_gives_its_lease_up_at_once() {
    let bench = Bench::with(LONG).await;
    let mut rotate = bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    rotate.signal(Signal::TERM);
    rotate.ended().await.exits(130).says(&["Detached; nothing is lost", "rotate payments/prod --wait"]);
    assert_eq!(bench.sql("UPDATE secret SET rev = rev WHERE until_us > 0 AND holder IS NOT NULL").await, 0);
}

#[tokio::test]
async fn the_next_program_goes_on_where_the_last_one_was_told_to_stop() {
    let mut bench = Bench::with(LONG).await;
    let mut rotate = bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    rotate.signal(Signal::TERM);
    rotate.ended().await.exits(130);
    let stopped = Instant::now();
    bench.agree(SHORT);
    let mut next = bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    next.says("draining").await;
    assert!(stopped.elapsed() < AT_ONCE, "it waited for the lease of the one before");
    next.ended().await.exits(0);
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_tick_leaves_the_rotation_of_a_newer_program_alone_and_goes_on_with_the_others() {
    let due = "every = \"1s\"\noverlap = { min = \"1h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"1s\" }";
    let bench = Bench::with(&format!("{LONG}\n[secret.payments.env.staging]\n{due}")).await;
    bench.run("rotate payments/staging --wait").await.exits(0);
    // The issuer has room for two: this rotation is held, and so is active.
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    assert_eq!(bench.sql("UPDATE rotation SET state_format = state_format + 100").await, 1);
    let other = loop {
        let ticked = bench.run("tick --json").await.exits(3).json();
        let row = |env: &str| ticked["secrets"].as_array().unwrap().iter().find(|row| row["env"] == env).cloned();
        let left = row("prod").unwrap();
        assert!(left["phase"].is_null(), "{left}");
        assert!(left["error"].as_str().unwrap().contains("a newer keybaton wrote its rotation"), "{left}");
        if let Some(other) = row("staging") {
            break other;
        }
    };
    assert!(other["phase"].is_string(), "the other secret's schedule was due: {other}");
}

#[tokio::test]
async fn an_older_program_leaves_the_rotation_of_a_newer_one_alone() {
    let mut bench = Bench::with(LONG).await;
    bench.rotate_until("draining").await;
    bench.agree(SHORT);
    assert_eq!(bench.sql("UPDATE rotation SET state_format = state_format + 100").await, 1);
    let ended = bench.run(&format!("rotate {SECRET} --wait")).await.exits(3).explains();
    ended.says(&["a newer keybaton wrote its rotation", "hint: use the newer keybaton"]);
    bench.run("tick").await.exits(3).says(&["a newer keybaton", "hint: use the newer keybaton"]);
    assert_eq!(bench.service.live().len(), 2, "nothing may be revoked by a program that can't read the rotation");
    assert_eq!(bench.sql("UPDATE rotation SET state_format = state_format - 100").await, 1);
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    bench.assert_whole().await;
}
