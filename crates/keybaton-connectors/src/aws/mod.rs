//! AWS: Secrets Manager as a place that consumers read, and the access keys of an IAM user as an issuer.
//!
//! Requests are written by hand and signed by Amazon's own crate, and where keybaton's own credential comes from is decided
//! by Amazon's own chain. What the far side says is known by its codes: they stand in [`failure`].

mod failure;
mod iam;
mod own;
mod region;
mod secrets;
mod server;
mod session;
mod settings;
mod sign;
mod wire;

pub use iam::{AccessKeyIssuer, AccessKeyProbe, SUMMARY as IAM};
pub use secrets::{SUMMARY, SecretsManagerVault};
pub use settings::{AccessKeySettings, IssuerSettings, Labels, LastUsed, OldVersions, ProbeSettings, VaultSettings};
