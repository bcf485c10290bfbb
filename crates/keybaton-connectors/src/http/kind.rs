//! How the registry builds the http connector from its settings.

use std::sync::Arc;

use keybaton_ports::{Issuer, Probe};
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::checked::Checked;
use super::settings::{IssuerSettings, ProbeSettings};
use super::{Auth, HttpIssuer, HttpProbe, probe};
use crate::build::{BuildError, BuildIssuer, BuildProbe};

/// What the http connector is, in one line.
pub const SUMMARY: &str = "any service with an HTTP API that speaks JSON, described in the configuration";

impl BuildIssuer for IssuerSettings {
    fn check(&self) -> Result<(), BuildError> {
        Checked::new(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        self.auth.iter().map(Auth::reference).collect()
    }

    fn own_probe(&self) -> Option<Box<dyn BuildProbe>> {
        None
    }

    fn build(&self, secret: &SecretId, values: Vec<SecretValue>) -> Result<Arc<dyn Issuer>, BuildError> {
        Ok(Arc::new(HttpIssuer::new(self, secret, values.first())?))
    }
}

impl BuildProbe for ProbeSettings {
    fn check(&self) -> Result<(), BuildError> {
        probe::Checked::new(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn build(&self, _: Vec<SecretValue>) -> Result<Arc<dyn Probe>, BuildError> {
        Ok(Arc::new(HttpProbe::new(self)?))
    }
}
