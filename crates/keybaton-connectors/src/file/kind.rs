//! How the registry builds the file vault from its settings.

use std::path::Path;
use std::sync::Arc;

use keybaton_ports::Vault;
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::access::Access;
use super::settings::VaultSettings;
use super::target::Target;
use super::{FileVault, target};
use crate::build::{BuildError, BuildVault};
use crate::timing::timed;

/// What the file connector is, in one line.
pub const SUMMARY: &str = "files that consumers read: plain, dotenv or JSON";

impl BuildVault for VaultSettings {
    fn start_at(&mut self, folder: &Path) {
        self.folder = Some(folder.join(self.folder.take().unwrap_or_default()));
    }

    fn check(&self) -> Result<(), BuildError> {
        timed(self.timeout)?;
        target::check(self)?;
        Access::new(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn place(&self, name: &str) -> Result<String, BuildError> {
        Target::new(self, name).map(|target| target.to_string())
    }

    fn build(&self, _: &SecretId, name: &str, _: Vec<SecretValue>) -> Result<Arc<dyn Vault>, BuildError> {
        Ok(Arc::new(FileVault::new(self, name)?))
    }
}
