//! A key vault of Azure on loopback, and the connector that publishes there.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod clients;
mod contract;
mod login;
mod rig;
mod secrecy;
mod settings;
mod throttle;
mod trust;
mod versions;
