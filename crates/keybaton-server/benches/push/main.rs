//! How soon many instances use a new version: the time from the commit that publishes it to the answer to each one's
//! `used`, and what the waiting of each costs in memory. Printed as Markdown; `cargo xtask bench` keeps the last table.
//!
//! Server, clients and a database on the disk share one process and one machine, and the publish is noticed as one of
//! another process is: by looking. Nothing here asserts a time.

#![expect(clippy::unwrap_used, reason = "a benchmark that goes wrong may stop")]
#![expect(clippy::print_stdout, reason = "the table is the result")]

#[expect(dead_code, reason = "tests need more of it")]
#[path = "../../tests/it/house.rs"]
mod house;
mod instance;

use std::{sync::Arc, time::Duration};

use keybaton_seal::MasterKey;
use keybaton_server::Limits;
use keybaton_store::{ManualClock, Options, Sqlite};
use tokio::{
    sync::{Barrier, watch},
    task::JoinSet,
    time::Instant,
};

use house::{House, START};
use instance::Instance;

/// How many instances wait.
const INSTANCES: usize = 1_000;

/// How often a new version is published.
const ROUNDS: u64 = 5;

#[tokio::main]
async fn main() {
    tokio::spawn(run()).await.unwrap();
}

async fn run() {
    let (folder, master, clock) =
        (tempfile::tempdir().unwrap(), MasterKey::generate().unwrap(), ManualClock::new(START));
    let options = Options::new(folder.path().join("state.db"), master.id().unwrap());
    let options = Options { create: true, clock: Arc::new(clock.clone()), ..options };
    let store = Sqlite::open(options).await.unwrap().store;
    let house = House::on(store, &master, clock, Limits::default(), None).await;
    let (before, barrier) = (memory(), Arc::new(Barrier::new(INSTANCES + 1)));
    let (publish, moment) = watch::channel(Instant::now());
    let mut instances = JoinSet::new();
    for no in 0..INSTANCES {
        let mut instance = Instance::connect(house.address, &house.token, no).await;
        let (barrier, moment) = (Arc::clone(&barrier), moment.clone());
        instances.spawn(async move {
            let mut times = Vec::new();
            for round in 1..=ROUNDS {
                barrier.wait().await;
                instance.moved_on_from(round).await;
                times.push(moment.borrow().elapsed());
            }
            times
        });
    }
    let mut held = 0;
    for round in 1..=ROUNDS {
        barrier.wait().await;
        // every request is on its way; a moment later every one of them is held
        tokio::time::sleep(Duration::from_millis(500)).await;
        held = memory().saturating_sub(before);
        publish.send_replace(Instant::now());
        house.publish(round + 1, &format!("value {round}")).await;
    }
    let mut times: Vec<Duration> = instances.join_all().await.into_iter().flatten().collect();
    times.sort_unstable();
    let at = |part: usize| times[(times.len() - 1) * part / 1_000].as_millis();
    println!("| what | p50 | p99 | slowest |\n|---|---|---|---|");
    println!(
        "| from the publish to `used`, {INSTANCES} instances that wait | {} ms | {} ms | {} ms |",
        at(500),
        at(990),
        at(1_000)
    );
    println!("\nOne instance that waits costs {} KiB, on both sides together.", held / INSTANCES as u64);
    house.end().await;
}

/// The memory of this process, in KiB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
