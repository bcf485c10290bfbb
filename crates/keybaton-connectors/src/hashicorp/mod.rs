//! `HashiCorp` Vault and `OpenBao`: the KV engine, version 2, as a place that consumers read.
//!
//! A publication is one compare-and-set on the version that was read, so that a write of somebody else is never lost. What
//! makes a late write of our own bounce are claims in the custom metadata: a set of fences that only grows at its upper
//! end, read together with the version (R3).

mod claim;
mod failure;
mod kind;
mod login;
mod place;
mod secret;
mod server;
mod session;
mod settings;
mod vault;
mod wire;

pub use kind::SUMMARY;
pub use settings::{AppRoleSettings, KubernetesSettings, OldVersions, VaultSettings};
pub use vault::HashicorpVault;
