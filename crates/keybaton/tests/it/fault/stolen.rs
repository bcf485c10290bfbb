//! A key was stolen, and its thief makes another one before it dies.

use std::time::{Duration, Instant};

use super::rig::seen;
use crate::stage::{Bench, OLD_ID, OLD_VALUE, SECRET, Service};

/// How long those who hold the key are waited for.
const FORCED: Duration = Duration::from_secs(2);

const TERMS: &str = "overlap = { min = \"1h\", max = \"2h\" }\nwatch = { for = \"30m\", every = \"1s\" }\n\
    emergency = { force_after = \"2s\" }\nconsumers = [{ name = \"billing\", evidence = \"ack\" }]";

#[tokio::test]
async fn a_stolen_key_dies_and_what_was_made_with_it_is_shown() {
    let bench = Bench::at(Service::with_room(4).await, TERMS).await;
    bench.adopt().await.exits(0);
    let begun = Instant::now();
    let rotate = bench.keybaton.start(&format!("rotate {SECRET} --wait --reason leaked --yes"));
    seen(&bench, "the new key", |state| state.live_ids().len() == 2).await;
    let made = bench.service.state().create("by the thief").unwrap();
    rotate.ended().await.exits(0);
    let took = begun.elapsed();
    assert!(!bench.service.lets_in(OLD_VALUE).await, "the stolen key works");
    assert!(took < FORCED + Duration::from_secs(30), "it took {took:?}");
    eprintln!("the stolen key was dead after {took:?}");
    // nobody deletes what is not ours, and nobody hides it
    let live = bench.service.live();
    assert!(live.contains(&made) && !live.contains(&OLD_ID.to_owned()), "{live:?}");
    let shown = bench.run("doctor").await;
    let planned = bench.run(&format!("plan {SECRET}")).await;
    let told = [shown.out, shown.err, planned.out, planned.err].concat();
    assert!(told.contains(&made), "the strange key {made} is not shown:\n{told}");
    let cut = bench.run("audit show payments.prod.1 --json").await.exits(0).json();
    assert_eq!(cut["cause"], "leaked");
    assert!(cut["steps"].to_string().contains("billing"), "who was cut off is not in the evidence: {cut}");
}
