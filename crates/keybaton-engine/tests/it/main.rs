//! The engine tested: it drives the shipped machine against fakes, in simulated time, through every fault.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]
#![expect(clippy::panic, reason = "a helper of a test fails the test")]
#![expect(clippy::print_stdout, reason = "the fault loop prints how many cells it ran")]

mod alerts;
mod engines;
mod fault;
mod operations;
mod rotation;
mod world;
