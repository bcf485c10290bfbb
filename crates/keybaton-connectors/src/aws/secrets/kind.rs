//! How the registry builds the vault from its settings.

use std::sync::Arc;

use keybaton_ports::Vault;
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::vault::{self, SecretsManagerVault};
use crate::aws::settings::VaultSettings;
use crate::build::{BuildError, BuildVault};

/// What it is, in one line.
pub const SUMMARY: &str = "a secret, or a field of one, in AWS Secrets Manager";

/// The longest name that AWS takes; an ARN is longer.
const LONGEST: usize = 2048;

impl BuildVault for VaultSettings {
    fn check(&self) -> Result<(), BuildError> {
        self.reach().check()?;
        self.own().check()?;
        if self.field.as_ref().is_some_and(String::is_empty) {
            return Err(BuildError::setting("field", "it names a field of a JSON object"));
        }
        vault::traits(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        self.own().references()
    }

    fn place(&self, name: &str) -> Result<String, BuildError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+=.@-:".contains(&byte);
        if name.is_empty() || name.len() > LONGEST || !name.bytes().all(plain) {
            return Err(BuildError::setting(
                "name",
                format!("{name:?} is no name of a secret: letters, digits and /_+=.@-"),
            ));
        }
        let server = self.endpoint.as_deref().unwrap_or("aws").trim_end_matches('/').to_ascii_lowercase();
        // An ARN names its account; elsewhere whoever asks decides which account is meant.
        let account = if name.starts_with("arn:") { "" } else { self.own().shown() };
        let field = self.field.as_deref().map(|field| format!("#{field}"));
        Ok(format!("{server}/{}/{account}/{name}{}", self.region, field.unwrap_or_default()))
    }

    fn build(&self, _: &SecretId, name: &str, values: Vec<SecretValue>) -> Result<Arc<dyn Vault>, BuildError> {
        Ok(Arc::new(SecretsManagerVault::new(self, name, &values)?))
    }
}
