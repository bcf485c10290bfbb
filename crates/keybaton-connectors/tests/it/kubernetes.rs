//! Secrets of a cluster, and the connector that publishes there.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod contract;
mod fields;
mod login;
mod others;
mod refusal;
mod rig;
mod settings;
mod workloads;
