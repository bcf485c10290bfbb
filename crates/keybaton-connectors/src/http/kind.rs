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
        Checked::new(self)?;
        self.probe.iter().try_for_each(|probe| probe::inside(probe, self).map(drop))
    }

    fn references(&self) -> Vec<&Reference> {
        self.auth.iter().map(Auth::reference).chain(self.secrets.values()).collect()
    }

    fn own_probe(&self) -> Option<Box<dyn BuildProbe>> {
        self.probe.as_ref().map(|_| Box::new(Inside(self.clone())) as Box<dyn BuildProbe>)
    }

    fn build(&self, secret: &SecretId, values: Vec<SecretValue>) -> Result<Arc<dyn Issuer>, BuildError> {
        Ok(Arc::new(HttpIssuer::new(self, secret, values)?))
    }
}

impl BuildProbe for ProbeSettings {
    fn check(&self) -> Result<(), BuildError> {
        probe::check(self)
    }

    fn references(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn build(&self, _: Vec<SecretValue>) -> Result<Arc<dyn Probe>, BuildError> {
        Ok(Arc::new(HttpProbe::new(self)?))
    }
}

/// The probe that an issuer's settings have inside.
#[derive(Debug)]
struct Inside(IssuerSettings);

impl BuildProbe for Inside {
    fn check(&self) -> Result<(), BuildError> {
        self.0.probe.iter().try_for_each(|probe| probe::inside(probe, &self.0).map(drop))
    }

    fn references(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn build(&self, _: Vec<SecretValue>) -> Result<Arc<dyn Probe>, BuildError> {
        let probe = self.0.probe.as_ref().ok_or_else(|| BuildError::setting("probe", "it is missing"))?;
        Ok(Arc::new(HttpProbe::inside(probe, &self.0)?))
    }
}
