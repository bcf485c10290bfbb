//! How the registry builds the postgres connector from its settings.

use std::path::Path;
use std::sync::Arc;

use keybaton_ports::{Issuer, Probe};
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::checked::Checked;
use super::settings::{IssuerSettings, ProbeSettings};
use super::{PostgresIssuer, PostgresProbe};
use crate::build::{BuildError, BuildIssuer, BuildProbe, start_at};

/// What the postgres connector is, in one line.
pub const SUMMARY: &str = "login roles of a PostgreSQL server that alternate and share one owner";

impl BuildIssuer for IssuerSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca.as_mut(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        Checked::new(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        vec![&self.password]
    }

    fn own_probe(&self) -> Option<Box<dyn BuildProbe>> {
        let (_, server) = self.url.rsplit_once('@')?;
        let (sslmode, ca, timeout) = (self.sslmode, self.ca.clone(), self.timeout);
        Some(Box::new(ProbeSettings { postgres: server.to_owned(), sslmode, ca, timeout }))
    }

    fn build(&self, _: &SecretId, values: Vec<SecretValue>) -> Result<Arc<dyn Issuer>, BuildError> {
        let missing = || BuildError::secret("password", "it was not resolved");
        let password = values.into_iter().next().ok_or_else(missing)?;
        Ok(Arc::new(PostgresIssuer::new(self, password)?))
    }
}

impl BuildProbe for ProbeSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca.as_mut(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        PostgresProbe::new(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn build(&self, _: Vec<SecretValue>) -> Result<Arc<dyn Probe>, BuildError> {
        Ok(Arc::new(PostgresProbe::new(self)?))
    }
}
