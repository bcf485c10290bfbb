//! How the registry builds the issuer and the probe from their settings.

use std::path::Path;
use std::sync::Arc;

use keybaton_ports::{Issuer, Probe};
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::StorageProbe;
use super::account::{check, named};
use super::issuer::{self, StorageIssuer};
use super::settings::{IssuerSettings, ProbeSettings};
use crate::build::{BuildError, BuildIssuer, BuildProbe, start_at};
use crate::timing::timed;
use crate::web::{Base, authorities};

/// What it is, in one line.
pub const SUMMARY: &str = "the two keys of an Azure Storage account";

impl BuildIssuer for IssuerSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca_file.as_mut(), folder);
        start_at(self.login.file(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        check(self)?;
        Base::new("management", &self.management)?;
        self.login.check()?;
        self.probe().check()?;
        issuer::traits(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        self.login.references()
    }

    /// A key takes the place of the one in the other slot, which would be another secret's. Names of accounts are worldwide.
    fn sole(&self) -> Option<String> {
        Some(format!("the storage account {}", self.account))
    }

    fn own_probe(&self) -> Option<Box<dyn BuildProbe>> {
        Some(Box::new(self.probe()))
    }

    fn build(&self, _: &SecretId, values: Vec<SecretValue>) -> Result<Arc<dyn Issuer>, BuildError> {
        Ok(Arc::new(StorageIssuer::new(self, values.into_iter().next())?))
    }
}

impl IssuerSettings {
    fn probe(&self) -> ProbeSettings {
        let Self { account, endpoint, ca_file, timeout, .. } = self.clone();
        ProbeSettings { account, endpoint, ca_file, timeout }
    }
}

impl BuildProbe for ProbeSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca_file.as_mut(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        named("azure-storage", &self.account)?;
        Base::new("endpoint", &self.endpoint())?;
        self.ca_file.as_deref().map_or(Ok(()), |path| authorities(path).map(drop))?;
        timed(self.timeout)
    }

    fn references(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn build(&self, _: Vec<SecretValue>) -> Result<Arc<dyn Probe>, BuildError> {
        Ok(Arc::new(StorageProbe::new(self)?))
    }
}
