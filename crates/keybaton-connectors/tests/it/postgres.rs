//! The postgres connector against a real server.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod bench;
mod contract;
mod faults;
mod ownership;
mod privileges;
mod secrecy;
mod sessions;
mod settings;

pub(crate) use bench::Bench;
