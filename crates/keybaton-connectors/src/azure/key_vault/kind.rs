//! How the registry builds the vault from its settings.

use std::path::Path;
use std::sync::Arc;

use keybaton_ports::Vault;
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::AzureKeyVault;
use super::name::Name;
use super::settings::VaultSettings;
use super::vault;
use crate::build::{BuildError, BuildVault, start_at};

/// What it is, in one line.
pub const SUMMARY: &str = "a secret of Azure Key Vault, each publication a new version of it";

impl BuildVault for VaultSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca_file.as_mut(), folder);
        start_at(self.login.file(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        self.login.check()?;
        vault::checked(self)
    }

    fn references(&self) -> Vec<&Reference> {
        self.login.references()
    }

    fn place(&self, name: &str) -> Result<String, BuildError> {
        let name = Name::new(name)?;
        Ok(format!("{}/secrets/{name}", self.url.trim_end_matches('/')).to_ascii_lowercase())
    }

    fn build(&self, _: &SecretId, name: &str, values: Vec<SecretValue>) -> Result<Arc<dyn Vault>, BuildError> {
        Ok(Arc::new(AzureKeyVault::new(self, name, values.into_iter().next())?))
    }
}
