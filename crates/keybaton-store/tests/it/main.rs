//! The store from outside: one suite for both, the database against its twin, and the files.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod audit;
mod backup;
mod calls;
mod checkpoint;
mod contract;
mod differential;
mod engines;
mod files;
mod full;
mod house;
mod outbox;
mod restored;
mod tokens;
mod vault;
