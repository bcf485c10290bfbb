//! The http issuer and probe.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod build;
mod canary;
mod contract;
mod dialect;
mod escape;
pub(crate) mod fake;
mod hostile;
mod life_cycle;
mod page;
mod probe;
pub(crate) mod rig;
mod schema;
mod status;
mod transport;
