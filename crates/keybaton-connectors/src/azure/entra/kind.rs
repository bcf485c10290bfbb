//! How the registry builds the issuer and the probe from their settings.

use std::path::Path;
use std::sync::Arc;

use keybaton_ports::{Issuer, Probe};
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::EntraProbe;
use super::application::check;
use super::issuer::{self, EntraIssuer};
use super::settings::{IssuerSettings, ProbeSettings, default_authority, default_scope};
use crate::build::{BuildError, BuildIssuer, BuildProbe, start_at};
use crate::timing::timed;
use crate::web::{Base, authorities};

/// What it is, in one line.
pub const SUMMARY: &str = "passwords (client secrets) of an application in Entra ID";

impl BuildIssuer for IssuerSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca_file.as_mut(), folder);
        start_at(self.login.file(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        check("tenant_id", &self.tenant_id)?;
        check("client_id", &self.client_id)?;
        Base::new("graph", &self.graph)?;
        self.login.check()?;
        self.ca_file.as_deref().map_or(Ok(()), |path| authorities(path).map(drop))?;
        issuer::traits(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        self.login.references()
    }

    fn own_probe(&self) -> Option<Box<dyn BuildProbe>> {
        let Self { tenant_id, client_id, ca_file, timeout, login, .. } = self.clone();
        let authority = login.authority.unwrap_or_else(default_authority);
        Some(Box::new(ProbeSettings { client_id, tenant_id, authority, scope: default_scope(), ca_file, timeout }))
    }

    fn build(&self, _: &SecretId, values: Vec<SecretValue>) -> Result<Arc<dyn Issuer>, BuildError> {
        Ok(Arc::new(EntraIssuer::new(self, values.into_iter().next())?))
    }
}

impl BuildProbe for ProbeSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca_file.as_mut(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        check("tenant_id", &self.tenant_id)?;
        check("azure-entra", &self.client_id)?;
        Base::new("authority", &self.authority)?;
        self.ca_file.as_deref().map_or(Ok(()), |path| authorities(path).map(drop))?;
        timed(self.timeout)
    }

    fn references(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn build(&self, _: Vec<SecretValue>) -> Result<Arc<dyn Probe>, BuildError> {
        Ok(Arc::new(EntraProbe::new(self)?))
    }
}
