//! A key vault of Azure: the sandbox's, with a certificate of an authority that nobody else trusts.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use super::certificate::Certificate;
use super::folder;
use super::process::Account;

pub use keybaton_sandbox::key_vault::{Right, Switch, TENANT, Version, Weather};

/// A key vault on loopback, and the application that may log in there: keybaton.
pub struct KeyVault {
    vault: keybaton_sandbox::key_vault::KeyVault,
    certificate: Certificate,
    folder: PathBuf,
}

impl KeyVault {
    /// The id of the application.
    pub const APPLICATION: &'static str = "keybaton";

    /// What it needs.
    pub const RIGHTS: &'static [Right] = &[Right::Get, Right::List, Right::Set];

    /// Starts one, in which the application may read, list and write by this secret.
    pub fn start(secret: &str) -> Self {
        let account = Account { ids: None };
        let folder = folder::run(&folder::root(account), account);
        let certificate = Certificate::write(&folder, account);
        let vault = keybaton_sandbox::key_vault::KeyVault::start(&certificate.server, &certificate.key);
        let vault = vault.expect("start a key vault");
        vault.by_secret(Self::APPLICATION, secret);
        vault.allow(Self::APPLICATION, Self::RIGHTS);
        Self { vault, certificate, folder }
    }

    /// The certificate of the authority that vouches for it.
    pub fn authority(&self) -> &Path {
        &self.certificate.authority
    }
}

impl Deref for KeyVault {
    type Target = keybaton_sandbox::key_vault::KeyVault;

    fn deref(&self) -> &Self::Target {
        &self.vault
    }
}

impl Drop for KeyVault {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}
