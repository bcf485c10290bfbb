//! How the registry builds the redis connector from its settings.

use std::path::Path;
use std::sync::Arc;

use keybaton_ports::{Issuer, Probe};
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::checked::{Checked, Mode};
use super::server::Server;
use super::settings::{IssuerSettings, ProbeSettings};
use super::{RedisProbe, RedisUser, RedisUsers, address::Address};
use crate::build::{BuildError, BuildIssuer, BuildProbe, start_at};
use crate::timing::timed;

/// What the redis connector is, in one line.
pub const SUMMARY: &str = "passwords of one ACL user of Redis, or two ACL users that alternate";

impl BuildIssuer for IssuerSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca_file.as_mut(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        Checked::new(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        vec![&self.auth.password]
    }

    fn own_probe(&self) -> Option<Box<dyn BuildProbe>> {
        let (redis, ca_file, timeout) = (self.url.clone(), self.ca_file.clone(), self.timeout);
        Some(Box::new(ProbeSettings { redis, ca_file, timeout }))
    }

    fn build(&self, _: &SecretId, values: Vec<SecretValue>) -> Result<Arc<dyn Issuer>, BuildError> {
        let missing = || BuildError::secret("auth.password", "it was not resolved");
        let password = values.into_iter().next().ok_or_else(missing)?;
        let checked = Checked::new(self)?;
        let server = Server::new(self, &checked, password)?;
        Ok(match checked {
            Checked { mode: Mode::One { user, on_revoke }, traits, .. } => {
                Arc::new(RedisUser { server, user, on_revoke, traits })
            }
            Checked { mode: Mode::Two { users }, traits, .. } => Arc::new(RedisUsers { server, users, traits }),
        })
    }
}

impl BuildProbe for ProbeSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca_file.as_mut(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        Address::parse("redis", &self.redis, self.ca_file.as_deref())?;
        timed(self.timeout)
    }

    fn references(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn build(&self, _: Vec<SecretValue>) -> Result<Arc<dyn Probe>, BuildError> {
        Ok(Arc::new(RedisProbe::new(self)?))
    }
}
