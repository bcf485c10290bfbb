//! The KV engine of a real `OpenBao`, and the connector that publishes there.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod approle;
mod contract;
mod fields;
mod rig;
mod secrecy;
mod session;
mod settings;
mod throttle;
mod tls;
