//! How the registry builds the exec connector from its settings.

use std::path::Path;
use std::sync::Arc;

use keybaton_ports::{Issuer, Probe};
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::settings::{Can, IssuerSettings, ProbeSettings};
use super::{ExecIssuer, ExecProbe, checked};
use crate::build::{BuildError, BuildIssuer, BuildProbe};

/// What the exec connector is, in one line.
pub const SUMMARY: &str = "a program of your own that speaks JSON on stdin and stdout";

impl BuildIssuer for IssuerSettings {
    fn start_at(&mut self, folder: &Path) {
        self.folder = folder.join(&self.folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        checked::issuer(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        self.secrets.values().collect()
    }

    fn own_probe(&self) -> Option<Box<dyn BuildProbe>> {
        let IssuerSettings { program, folder, sha256, secrets, options, timeout, .. } = self.clone();
        let settings = || ProbeSettings { exec: program, folder, sha256, secrets, options, timeout };
        self.can.contains(&Can::Probe).then(|| -> Box<dyn BuildProbe> { Box::new(settings()) })
    }

    fn build(&self, secret: &SecretId, values: Vec<SecretValue>) -> Result<Arc<dyn Issuer>, BuildError> {
        Ok(Arc::new(ExecIssuer::new(self, secret, values)?))
    }
}

impl BuildProbe for ProbeSettings {
    fn start_at(&mut self, folder: &Path) {
        self.folder = folder.join(&self.folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        checked::probe(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        self.secrets.values().collect()
    }

    fn build(&self, values: Vec<SecretValue>) -> Result<Arc<dyn Probe>, BuildError> {
        Ok(Arc::new(ExecProbe::new(self, values)?))
    }
}
