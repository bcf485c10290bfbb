//! How the registry builds the manual connector from its settings.

use std::sync::Arc;

use keybaton_ports::Issuer;
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::ManualIssuer;
use super::issuer::Checked;
use super::settings::IssuerSettings;
use crate::build::{BuildError, BuildIssuer, BuildProbe};

/// What the manual connector is, in one line.
pub const SUMMARY: &str =
    "any service without an API for keys: a person makes and deletes them, keybaton asks and proves";

impl BuildIssuer for IssuerSettings {
    fn check(&self) -> Result<(), BuildError> {
        Checked::new(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn own_probe(&self) -> Option<Box<dyn BuildProbe>> {
        None
    }

    fn build(&self, secret: &SecretId, _: Vec<SecretValue>) -> Result<Arc<dyn Issuer>, BuildError> {
        Ok(Arc::new(ManualIssuer::new(self, secret)?))
    }
}
