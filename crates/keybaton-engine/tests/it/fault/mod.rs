//! The fault loop: every effect and every commit of every scenario goes wrong once, in every way, on every sheet. The
//! points are found by iterating until one is never reached.

mod cell;
mod check;
mod scenario;
mod sheet;

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use keybaton_testkit::fault::Injected;

use crate::world::Blow;
use cell::{Cell, Trouble};
use scenario::Scenario;
use sheet::Sheet;

/// More points than this in one rotation are a loop without an end.
const MOST: usize = 400;

/// Runs all cells of one scenario and sheet, and tells how many there were.
async fn column(scenario: Scenario, sheet: Sheet, trouble: impl Fn(usize) -> Trouble) -> usize {
    for index in 0..MOST {
        let cell = Cell { scenario, sheet, trouble: trouble(index) };
        if !cell.run().await {
            return index;
        }
    }
    panic!("{scenario:?} on {sheet:?} has no end");
}

/// Runs the columns of every scenario and sheet on all processors.
fn table(name: &str, troubles: &[fn(usize) -> Trouble]) {
    let mut columns = Vec::new();
    for scenario in Scenario::ALL {
        for sheet in Sheet::all().into_iter().filter(|sheet| scenario.fits(*sheet)) {
            columns.extend(troubles.iter().map(|trouble| (scenario, sheet, *trouble)));
        }
    }
    let queue = Mutex::new(columns);
    let (cells, broken) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let work = || {
        while let Some((scenario, sheet, trouble)) = next() {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let run = || runtime.block_on(column(scenario, sheet, trouble));
            match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
                Ok(count) => cells.fetch_add(count, Ordering::SeqCst),
                Err(_) => broken.fetch_add(1, Ordering::SeqCst),
            };
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, Into::into);
        (0..threads).map(|_| scope.spawn(work)).for_each(drop);
    });
    println!("{name}: {} cells", cells.load(Ordering::SeqCst));
    assert_eq!(broken.load(Ordering::SeqCst), 0, "columns with a broken cell");
}

#[tokio::test]
async fn every_scenario_ends_as_it_should_when_nothing_goes_wrong() {
    for scenario in Scenario::ALL {
        for sheet in Sheet::all().into_iter().filter(|sheet| scenario.fits(*sheet)) {
            Cell { scenario, sheet, trouble: Trouble::None }.run().await;
        }
    }
}

#[test]
fn every_call_may_go_wrong_in_every_way() {
    let troubles: [fn(usize) -> Trouble; 7] = [
        |at| Trouble::Call(at, Injected::NotSent),
        |at| Trouble::Call(at, Injected::Refused),
        |at| Trouble::Call(at, Injected::UnknownDone),
        |at| Trouble::Call(at, Injected::UnknownNotDone),
        |at| Trouble::Call(at, Injected::Duplicate),
        |at| Trouble::Call(at, Injected::DieBefore),
        |at| Trouble::Call(at, Injected::DieAfter),
    ];
    assert_eq!(troubles.len(), Injected::ALL.len());
    table("calls", &troubles);
}

#[test]
fn every_commit_may_go_wrong_in_every_way() {
    let troubles: [fn(usize) -> Trouble; 5] = [
        |at| Trouble::Commit(at, Blow::DieBefore),
        |at| Trouble::Commit(at, Blow::DieAfter),
        |at| Trouble::Commit(at, Blow::Unheard),
        |at| Trouble::Commit(at, Blow::Lost),
        |at| Trouble::Commit(at, Blow::Full),
    ];
    assert_eq!(troubles.len(), Blow::ALL.len());
    table("commits", &troubles);
}
