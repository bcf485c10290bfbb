//! The two keys of a storage account, and the connector that rotates them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod clients;
mod contract;
mod describe;
mod faults;
mod probe;
mod rig;
mod settings;
mod slots;
