//! The mariadb probe: logs in as the credential on a connection of its own, and asks for a sign of life.

use std::time::Duration;

use async_trait::async_trait;
use keybaton_ports::{Blame, Called, Certainty, Fault, Presented, Probe, Verdict};
use sqlx::Connection;

use super::address::Address;
use super::checked::Checked;
use super::failure::said;
use super::settings::{IssuerSettings, ProbeSettings};
use crate::build::BuildError;
use crate::digest_id::user_of;
use crate::sql::{SqlCall, login};
use crate::timing::timed;

/// A probe that logs in with the id's user and the value.
pub struct MariadbProbe {
    address: Address,
    timeout: Duration,
}

impl MariadbProbe {
    /// Builds the probe.
    pub fn new(settings: &ProbeSettings) -> Result<Self, BuildError> {
        let address = Address::parse("mariadb", &settings.mariadb)?;
        if address.user().is_some() {
            return Err(BuildError::setting("mariadb", "the probe logs in as the credential: leave the user out"));
        }
        timed(settings.timeout)?;
        Ok(Self { address: address.secured(settings.sslmode, settings.ca_file.as_ref()), timeout: settings.timeout })
    }

    /// Builds the probe of the server that an issuer's settings name.
    pub fn beside(settings: &IssuerSettings) -> Result<Self, BuildError> {
        let Checked { address, traits, .. } = Checked::new(settings)?;
        Ok(Self { address, timeout: traits.timeout })
    }
}

#[async_trait]
impl Probe for MariadbProbe {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        let unfit = |what| Fault::new(Blame::Rejected, Certainty::NotSent, format!("probe: the value is {what}"));
        if presented.value.is_empty() {
            return Err(unfit("empty"));
        }
        let options = self.address.login(user_of(presented.id), presented.value);
        let options = options.ok_or_else(|| unfit("no UTF-8"))?;
        let call = SqlCall::begin("probe", self.address.place(), self.timeout, said);
        let mut connection = match login(&call, options).await? {
            Ok(connection) => connection,
            Err(verdict) => return Ok(verdict),
        };
        call.within(Certainty::Unknown, connection.ping()).await?;
        call.close(connection).await;
        Ok(Verdict::Accepted)
    }
}
