//! Azure Key Vault: a secret of it as a place that consumers read, always by its name and never by the id of a version.
//!
//! Key Vault has no compare-and-set, so nothing here is fenced (R3): what keeps a write of somebody else from being lost
//! without a word are the tag on each version of ours, which names what of others had been seen before it was written, and the
//! fact that Key Vault keeps every version.

mod expiry;
mod kind;
mod name;
mod note;
mod properties;
mod refusal;
mod settings;
mod shelf;
mod sight;
mod vault;

pub use kind::SUMMARY;
pub use settings::{OldVersions, VaultSettings};
pub use vault::AzureKeyVault;
