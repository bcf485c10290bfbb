//! The exhaustive model of the rotation protocol: the shipped `step` in a world that does its worst.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a model that is wrong about itself fails at once, and its counts are its output"
)]

mod invariant;
mod mutant;
mod rule;
mod scope;
mod search;
mod world;
