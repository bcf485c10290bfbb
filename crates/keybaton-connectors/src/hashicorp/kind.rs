//! How the registry builds the vault from its settings.

use std::path::Path;
use std::sync::Arc;

use keybaton_ports::Vault;
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::HashicorpVault;
use super::place::{Place, encoded};
use super::settings::VaultSettings;
use super::vault;
use crate::build::{BuildError, BuildVault, start_at};

/// What it is, in one line.
pub const SUMMARY: &str = "the KV engine, version 2, of HashiCorp Vault and OpenBao";

impl BuildVault for VaultSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca_file.as_mut(), folder);
        start_at(self.kubernetes.as_mut().map(|kubernetes| &mut kubernetes.token_file), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        self.reach().check()?;
        encoded("mount", &self.mount)?;
        if self.field.is_empty() {
            return Err(BuildError::setting("field", "it names a field of the secret"));
        }
        self.own().check()?;
        vault::traits(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        self.own().references()
    }

    fn place(&self, name: &str) -> Result<String, BuildError> {
        let place = Place::new(&self.mount, name)?;
        let namespace = self.namespace.as_deref().map(|name| format!("{}/", name.trim_matches('/')));
        let server = self.url.trim_end_matches('/').to_ascii_lowercase();
        Ok(format!("{server}/{}{}#{}", namespace.unwrap_or_default(), place.shown(), self.field))
    }

    fn build(&self, _: &SecretId, name: &str, values: Vec<SecretValue>) -> Result<Arc<dyn Vault>, BuildError> {
        Ok(Arc::new(HashicorpVault::new(self, name, values.into_iter().next())?))
    }
}
