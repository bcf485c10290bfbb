//! The tables.

#![expect(clippy::print_stdout, reason = "the tables are what this prints")]

use crate::round::Pair;

/// The bar of a read, to the floor.
const BAR: &str = "at least 0.90";

pub(crate) fn reads(pairs: &[Pair]) {
    println!(
        "| a cached value over | connections | floor, requests/s | agent, requests/s | agent ÷ floor | bar | floor p50, µs \
         | agent p50, µs | floor p99, µs | agent p99, µs |"
    );
    println!("|---|---:|---:|---:|---:|---|---:|---:|---:|---:|");
    for Pair { way, connections, floor, agent, ratio } in pairs {
        println!(
            "| {way} | {connections} | {:.0} | {:.0} | {ratio:.2} | {BAR} | {:.0} | {:.0} | {:.0} | {:.0} |",
            floor.rate, agent.rate, floor.p50, agent.p50, floor.p99, agent.p99
        );
    }
}

pub(crate) fn memory(taken: &[(usize, u64)]) {
    println!("\n| secrets at hand | resident memory of the agent, MiB |\n|---:|---:|");
    for (secrets, kib) in taken {
        println!("| {secrets} | {}.{} |", kib / 1024, kib % 1024 * 10 / 1024);
    }
}
