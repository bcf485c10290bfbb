//! The project's own commands: `cargo xtask test | packages | model | fault | fuzz | bless | bench | dist`.
//!
//! It starts cargo and prints what came of it. It links no keybaton crate, so that it is built in seconds and can say
//! what is wrong with the others.

mod bench;
mod bench_scan;
mod bless;
mod child;
mod demo;
mod dist;
mod examples;
mod fault;
mod fuzz;
mod javascript;
mod model;
mod packages;
mod page;
mod parts;
mod python;
mod span;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what the tests need, check, test, run the demo and the examples, and print the time of each part
    Test(test::Options),
    /// Install what the tests need, and nothing else
    Packages,
    /// Explore the model of a rotation and print its state counts
    Model(model::Options),
    /// Rewrite the generated references
    Bless(bless::Options),
    /// Play a fault scenario with the real program, and print its verdict; `list` names them
    Fault(fault::Options),
    /// Let the fuzzer look for inputs that break something, for a few seconds a target
    Fuzz(fuzz::Options),
    /// Make the static tarball and the root of an image
    Dist(dist::Options),
    /// Measure rotations, cached reads, agents and vaults, or scans, and write the tables into docs/benchmarks.md
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Test(options) => test::run(&options),
        Command::Packages => packages::all(),
        Command::Model(options) => model::run(&options),
        Command::Bless(options) => bless::run(&options),
        Command::Fault(options) => fault::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::Dist(options) => dist::run(&options),
        Command::Bench(options) => bench::run(&options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
