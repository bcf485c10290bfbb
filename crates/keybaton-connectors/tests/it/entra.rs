//! Passwords of an application in a directory, and the connector that rotates them.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod contract;
mod faults;
mod probe;
mod rig;
mod settings;
