//! The exec connector, with true programs.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod contract;
mod describe;
mod ending;
mod program;
pub(crate) mod rig;
mod secrecy;
