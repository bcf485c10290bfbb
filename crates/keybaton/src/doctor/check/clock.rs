//! Of the clocks.

use keybaton_config::Config;
use keybaton_core::civil::rfc3339;

use crate::doctor::{
    ground::{Book, Ground},
    said::{Said, or},
};

/// Clocks that differ by more than this within one run of the doctor do not go at one pace: a second.
const APART: i64 = 1_000_000;

pub(super) fn behind(_: &Config, book: &Book) -> Vec<Said> {
    match book.census.newest {
        Some(newest) if newest > book.now => {
            let text = format!("it is {}, and the newest record is of {}", rfc3339(book.now), rfc3339(newest));
            vec![Said::error(text).fix("set the clock of this machine; every wait is longer until it has caught up")]
        }
        _ => vec![Said::ok(format!("it is {}, after everything that was recorded", rfc3339(book.now)))],
    }
}

pub(super) fn pace(_: &Config, book: &Book) -> Vec<Said> {
    let (wall, machine) = book.progress;
    let mut said = Vec::new();
    if (wall - machine).abs() > APART {
        let text =
            format!("while this ran the wall clock went {} ms and the machine's {} ms", wall / 1000, machine / 1000);
        said.push(Said::error(text).fix("run a time daemon that slews instead of stepping"));
    }
    for (secret, snapshot) in &book.snapshots {
        let jumps = snapshot.watch.as_ref().map_or(0, |watch| watch.jumps);
        if jumps > 0 {
            let text = format!("{jumps} jumps of the clock were seen in its present watch; they count for nothing");
            said.push(Said::warning(text).on(secret).fix("run a time daemon that slews instead of stepping"));
        }
    }
    or(said, "both clocks went at one pace")
}

pub(super) fn zones(_: &Ground, config: &Config) -> Vec<Said> {
    let zones = config.secrets.values().filter_map(|secret| secret.schedule.as_ref()?.time_zone.iana_name());
    let mut zones: Vec<&str> = zones.collect();
    zones.sort_unstable();
    zones.dedup();
    let named = if zones.is_empty() { "none is used".to_owned() } else { zones.join(", ") };
    vec![Said::ok(format!("the rules of every zone are in the program ({named})"))]
}
