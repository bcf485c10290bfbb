//! How the registry builds the vault from its settings.

use std::path::Path;
use std::sync::Arc;

use keybaton_ports::Vault;
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::KubernetesVault;
use super::place::Place;
use super::settings::VaultSettings;
use super::{server, vault};
use crate::build::{BuildError, BuildVault, start_at};

/// What it is, in one line.
pub const SUMMARY: &str = "a Secret of Kubernetes";

impl BuildVault for VaultSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(Some(&mut self.token_file), folder);
        start_at(self.ca_file.as_mut(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        server::check(self)?;
        Place::new(&self.namespace, "name", &self.field, self.previous.as_deref())?;
        vault::traits(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        self.token.iter().collect()
    }

    fn place(&self, name: &str) -> Result<String, BuildError> {
        let place = Place::new(&self.namespace, name, &self.field, self.previous.as_deref())?;
        let server = self.url.trim_end_matches('/').to_ascii_lowercase();
        Ok(format!("{server}/{}#{}", place.shown(), self.field))
    }

    fn build(&self, _: &SecretId, name: &str, values: Vec<SecretValue>) -> Result<Arc<dyn Vault>, BuildError> {
        Ok(Arc::new(KubernetesVault::new(self, name, values.into_iter().next())?))
    }
}
