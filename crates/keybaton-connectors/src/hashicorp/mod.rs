//! `HashiCorp` Vault and `OpenBao`: the KV engine, version 2, as a place that consumers read, and the `AppRole` method as an
//! issuer of secret ids.
//!
//! A publication is one compare-and-set on the version that was read, so that a write of somebody else is never lost. What
//! makes a late write of our own bounce are claims in the custom metadata: a set of fences that only grows at its upper
//! end, read together with the version (R3).

mod approle;
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

pub use approle::{AppRoleIssuer, AppRoleProbe, SUMMARY as APPROLE};
pub use kind::SUMMARY;
pub use settings::{
    AppRoleSettings, IssuerSettings, KubernetesSettings, OldVersions, ProbeSettings, Tokens, VaultSettings,
};
pub use vault::HashicorpVault;
