//! The file vault on a real file system.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod contract;
mod dotenv;
mod json;
mod place;
mod plain;
mod refusal;
mod rig;
mod rights;
