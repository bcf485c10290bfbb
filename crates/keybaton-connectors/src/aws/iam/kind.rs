//! How the registry builds the issuer and the probe from their settings.

use std::sync::Arc;

use keybaton_ports::{Issuer, Probe};
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::issuer::{self, AccessKeyIssuer};
use super::probe::AccessKeyProbe;
use crate::aws::settings::{IssuerSettings, ProbeSettings};
use crate::build::{BuildError, BuildIssuer, BuildProbe};
use crate::timing::timed;

/// What it is, in one line.
pub const SUMMARY: &str = "the access keys of an IAM user of AWS";

/// The longest name of a user.
const LONGEST: usize = 64;

impl BuildIssuer for IssuerSettings {
    fn check(&self) -> Result<(), BuildError> {
        self.reach().check()?;
        BuildProbe::check(&self.probe()).map_err(|error| match self.sts_endpoint {
            Some(_) => BuildError::setting("sts_endpoint", error.to_string()),
            None => error,
        })?;
        self.own().check()?;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
        if self.user.is_empty() || self.user.len() > LONGEST || !self.user.bytes().all(plain) {
            let what = format!("{:?} is no name of a user: letters, digits and _+=,.@-, without a path", self.user);
            return Err(BuildError::setting("user", what));
        }
        issuer::traits(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        self.own().references()
    }

    fn own_probe(&self) -> Option<Box<dyn BuildProbe>> {
        Some(Box::new(self.probe()))
    }

    fn build(&self, _: &SecretId, values: Vec<SecretValue>) -> Result<Arc<dyn Issuer>, BuildError> {
        Ok(Arc::new(AccessKeyIssuer::new(self, &values)?))
    }
}

impl BuildProbe for ProbeSettings {
    fn check(&self) -> Result<(), BuildError> {
        self.reach().check()?;
        timed(self.timeout)
    }

    fn references(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn build(&self, _: Vec<SecretValue>) -> Result<Arc<dyn Probe>, BuildError> {
        Ok(Arc::new(AccessKeyProbe::new(self)?))
    }
}
