//! How the registry builds the issuer and the probe from their settings.

use std::path::Path;
use std::sync::Arc;

use keybaton_ports::{Issuer, Probe};
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::super::place::encoded;
use super::super::settings::{IssuerSettings, ProbeSettings};
use super::issuer::{self, AppRoleIssuer};
use super::{AppRoleProbe, role};
use crate::build::{BuildError, BuildIssuer, BuildProbe, start_at};
use crate::timing::timed;

/// What it is, in one line.
pub const SUMMARY: &str = "secret ids of an AppRole of OpenBao and HashiCorp Vault";

impl BuildIssuer for IssuerSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca_file.as_mut(), folder);
        start_at(self.kubernetes.as_mut().map(|kubernetes| &mut kubernetes.token_file), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        self.reach().check()?;
        self.own().check()?;
        role::path(&self.mount, &self.role)?;
        issuer::traits(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        self.own().references()
    }

    fn own_probe(&self) -> Option<Box<dyn BuildProbe>> {
        let Self { url, mount, role_id, namespace, ca_file, timeout, .. } = self.clone();
        Some(Box::new(ProbeSettings { url, role_id: role_id?, mount, namespace, ca_file, timeout }))
    }

    fn build(&self, _: &SecretId, values: Vec<SecretValue>) -> Result<Arc<dyn Issuer>, BuildError> {
        Ok(Arc::new(AppRoleIssuer::new(self, values.into_iter().next())?))
    }
}

impl BuildProbe for ProbeSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca_file.as_mut(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        self.reach().check()?;
        encoded("mount", &self.mount)?;
        timed(self.timeout)
    }

    fn references(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn build(&self, _: Vec<SecretValue>) -> Result<Arc<dyn Probe>, BuildError> {
        Ok(Arc::new(AppRoleProbe::new(self)?))
    }
}
