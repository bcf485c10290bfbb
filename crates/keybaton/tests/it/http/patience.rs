//! How long a command follows a rotation, and what it leaves behind.

use rustix::process::Signal;

use crate::stage::{Bench, OLD_VALUE, SECRET};

const LONG: &str =
    "overlap = { min = \"1h\", max = \"2h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";

#[tokio::test]
async fn without_waiting_a_long_drain_is_left_to_the_next_command() {
    let bench = Bench::with(LONG).await;
    let ended = bench.run(&format!("rotate {SECRET}")).await.exits(6);
    ended.says(&["hint: go on with `keybaton rotate payments/prod --wait`"]);
    assert_eq!(bench.status().await["phase"], "draining");
    assert_eq!(bench.service.live().len(), 2, "both keys live in a drain");
    assert!(bench.service.lets_in(OLD_VALUE).await);
}

#[tokio::test]
async fn a_limit_ends_the_waiting_and_not_the_rotation() {
    let bench = Bench::with(LONG).await;
    let ended = bench.run(&format!("rotate {SECRET} --wait=1s --json")).await.exits(6);
    assert_eq!(ended.json()["outcome"], "draining");
    assert_eq!(bench.status().await["rotation"], "payments.prod.1");
}

#[tokio::test]
async fn a_second_command_attaches_to_the_active_rotation() {
    let mut bench = Bench::with(LONG).await;
    bench.rotate_until("draining").await;
    bench.agree("overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }");
    let ended = bench.run(&format!("rotate {SECRET} --wait --json")).await.exits(0);
    assert_eq!(ended.json()["rotation"], "payments.prod.1");
    assert_eq!(bench.book().await.rotations(), 1);
    bench.assert_whole().await;
}

#[tokio::test]
async fn an_interrupt_detaches_and_loses_nothing() {
    let mut bench = Bench::with(LONG).await;
    let mut rotate = bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    rotate.signal(Signal::INT);
    rotate.ended().await.exits(130).says(&["Detached", "keybaton rotate payments/prod --wait"]);
    assert_eq!(bench.status().await["phase"], "draining");
    assert!(bench.service.lets_in(&bench.value().await).await);
    bench.agree("overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }");
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    bench.assert_whole().await;
}

#[tokio::test]
async fn explain_says_what_is_awaited_and_when_it_ends() {
    let bench = Bench::with(LONG).await;
    bench.rotate_until("draining").await;
    let told = bench.run(&format!("explain {SECRET} --json")).await.exits(0).json();
    assert_eq!(told["schema"], "keybaton/explain/v1");
    assert!(!told["waits"].as_array().unwrap().is_empty(), "{told}");
    assert!(told["safe"].as_str().unwrap().len() > 10, "{told}");
    let can = told["can"].to_string();
    assert!(can.contains("keybaton rollback payments/prod"), "{can}");
}
