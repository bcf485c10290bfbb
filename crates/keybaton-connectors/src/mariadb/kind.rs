//! How the registry builds the mariadb connector from its settings.

use std::path::Path;
use std::sync::Arc;

use keybaton_ports::{Issuer, Probe};
use keybaton_seal::SecretValue;
use keybaton_types::{Reference, SecretId};

use super::checked::{Checked, Mode};
use super::one::Server;
use super::settings::{IssuerSettings, ProbeSettings};
use super::{MariadbAccount, MariadbAccounts, MariadbProbe};
use crate::build::{BuildError, BuildIssuer, BuildProbe, start_at};

/// What the mariadb connector is, in one line.
pub const SUMMARY: &str = "passwords of one account of MariaDB, or two accounts that alternate";

impl BuildIssuer for IssuerSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca_file.as_mut(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        Checked::new(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        vec![&self.password]
    }

    fn own_probe(&self) -> Option<Box<dyn BuildProbe>> {
        let (_, server) = self.url.rsplit_once('@')?;
        let (sslmode, ca_file, timeout) = (self.sslmode, self.ca_file.clone(), self.timeout);
        Some(Box::new(ProbeSettings { mariadb: format!("mysql://{server}"), sslmode, ca_file, timeout }))
    }

    fn build(&self, _: &SecretId, values: Vec<SecretValue>) -> Result<Arc<dyn Issuer>, BuildError> {
        let missing = || BuildError::secret("password", "it was not resolved");
        let password = values.into_iter().next().ok_or_else(missing)?;
        let Checked { address, user, mode, traits } = Checked::new(self)?;
        let server = Server { address, user, password, traits };
        Ok(match mode {
            Mode::One(account) => Arc::new(MariadbAccount { server, account }),
            Mode::Two(accounts) => Arc::new(MariadbAccounts { server, accounts }),
        })
    }
}

impl BuildProbe for ProbeSettings {
    fn start_at(&mut self, folder: &Path) {
        start_at(self.ca_file.as_mut(), folder);
    }

    fn check(&self) -> Result<(), BuildError> {
        MariadbProbe::new(self).map(drop)
    }

    fn references(&self) -> Vec<&Reference> {
        Vec::new()
    }

    fn build(&self, _: Vec<SecretValue>) -> Result<Arc<dyn Probe>, BuildError> {
        Ok(Arc::new(MariadbProbe::new(self)?))
    }
}
