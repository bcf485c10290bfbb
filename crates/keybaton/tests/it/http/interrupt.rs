//! Ctrl-C in the middle of a call: the command ends at once, and what comes next finds everything in its place.

use std::time::Duration;

use keybaton_sandbox::{Fault, Operation};
use rustix::process::{Pid, Signal, kill_process};

use crate::stage::{Bench, Ended, OLD_ID, OLD_VALUE, SECRET};

const LONG: &str = "overlap = { min = \"1h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";
const SHORT: &str = "overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";

/// Longer than any call is waited for.
const HANGS: Fault = Fault::HangNotDone { ms: 20_000 };

/// No command takes longer until its call arrives, however busy the machine is.
const PATIENCE: Duration = Duration::from_mins(1);

/// Interrupts a command as soon as its call has arrived.
async fn interrupted(bench: &Bench, line: &str, operation: Operation) -> Ended {
    let state = bench.service.state();
    state.push_fault(operation, HANGS);
    let command = bench.keybaton.start(line);
    let arrived = tokio::time::timeout(PATIENCE, state.until(|state| state.faults_waiting().is_empty())).await;
    assert!(arrived.is_ok(), "{line} never made that call:\n{}", command.words());
    command.signal(Signal::INT);
    command.ended().await
}

/// Whether nothing but the signal ended it, which a shell calls 130.
fn is_interrupted(ended: &Ended) -> bool {
    matches!(ended.code(), None | Some(130))
}

#[tokio::test]
async fn a_plan_leaves_nothing_behind() {
    let bench = Bench::adopted().await;
    let ended = interrupted(&bench, &format!("plan {SECRET}"), Operation::List).await;
    assert!(is_interrupted(&ended) && ended.out.is_empty(), "{}", ended.transcript());
    bench.run(&format!("plan {SECRET}")).await.exits(0);
    bench.assert_whole().await;
}

#[tokio::test]
async fn an_adoption_is_whole_or_has_not_happened() {
    let bench = Bench::bare(SHORT).await;
    let line = format!("adopt {SECRET} --id {OLD_ID}");
    bench.keybaton.write("old.key", OLD_VALUE);
    let ended = interrupted(&bench, &format!("{line} --from file:old.key"), Operation::List).await;
    assert!(is_interrupted(&ended), "{}", ended.transcript());
    assert!(bench.status().await["version"].is_null(), "half of a key was taken over");
    bench.adopt().await.exits(0);
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_tick_stops_in_the_middle_of_a_call_and_the_next_command_goes_on() {
    let bench = Bench::with(SHORT).await;
    let ended = interrupted(&bench, &format!("rotate {SECRET} --wait"), Operation::List).await;
    ended.exits(130).says(&["Detached; nothing is lost"]);
    let state = bench.service.state();
    state.push_fault(Operation::List, HANGS);
    loop {
        // A tick that comes too early finds nothing to do.
        let tick = bench.keybaton.start("tick");
        let id = Pid::from_raw(i32::try_from(tick.id()).unwrap()).unwrap();
        let mut ended = Box::pin(tick.ended());
        tokio::select! {
            early = &mut ended => drop(early.exits(0)),
            () = state.until(|state| state.faults_waiting().is_empty()) => {
                kill_process(id, Signal::INT).unwrap();
                ended.await.exits(130).says(&["Stopped; nothing is lost"]);
                break;
            }
        }
    }
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_rollback_that_is_left_goes_on_with_the_next_command() {
    let mut bench = Bench::with(LONG).await;
    bench.rotate_until("draining").await;
    let mut back = bench.keybaton.start(&format!("rollback {SECRET} --wait"));
    back.says("draining-back").await;
    back.signal(Signal::INT);
    back.ended().await.exits(130).says(&["Detached; nothing is lost"]);
    assert_eq!(bench.value().await, OLD_VALUE);
    bench.agree(SHORT);
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(4);
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_test_key_is_destroyed_before_the_command_ends() {
    let bench = Bench::adopted().await;
    let state = bench.service.state();
    state.push_fault(Operation::Create, Fault::DoneThenHang { ms: 500 });
    let command = bench.keybaton.start(&format!("connector test {SECRET} --create --yes"));
    state.until(|state| state.faults_waiting().is_empty()).await;
    command.signal(Signal::INT);
    command.ended().await.exits(130).prints(&["clean-up: the test key was destroyed"]);
    assert_eq!(bench.service.live(), [OLD_ID]);
}
