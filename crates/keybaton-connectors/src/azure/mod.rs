//! Azure: Key Vault as a place that consumers read, and what every service of Azure needs of us, a login by Entra ID.
//!
//! The libraries are Microsoft's own. They speak through [`wire`], our one discipline of a connection: no retry, no redirect,
//! no other origin, bounded in time and bytes, and the end of each request classified where it is known.

mod entra;
mod errand;
mod failure;
mod key_vault;
mod login;
mod rest;
mod storage;
mod wire;

pub use entra::{
    EntraIssuer, EntraProbe, IssuerSettings as EntraIssuerSettings, ProbeSettings as EntraProbeSettings,
    SUMMARY as ENTRA,
};
pub use key_vault::{AzureKeyVault, OldVersions, SUMMARY as KEY_VAULT, VaultSettings};
pub use login::{By, LoginSettings};
pub use storage::{
    IssuerSettings as StorageIssuerSettings, ProbeSettings as StorageProbeSettings, SUMMARY as STORAGE, StorageIssuer,
    StorageProbe, StorageSlot,
};
