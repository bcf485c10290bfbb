//! The test kit tested: its fakes pass the contract, its faults do what they say, its servers start and die.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod cluster;
mod fakes;
mod faults;
mod servers;
