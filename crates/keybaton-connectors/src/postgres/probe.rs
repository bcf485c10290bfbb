//! The postgres probe: logs in as the credential on a connection of its own and runs the smallest query.

use std::time::Duration;

use async_trait::async_trait;
use keybaton_ports::{Blame, Called, Certainty, Fault, Presented, Probe, Verdict};

use super::address::Address;
use super::checked::Checked;
use super::failure::said;
use super::settings::{IssuerSettings, ProbeSettings};
use crate::build::BuildError;
use crate::sql::{SqlCall, login};
use crate::timing::timed;

/// What a probe's sessions are called, so that they count for nobody's.
pub(super) const PROBING: &str = "keybaton probe";

/// A probe that logs in with the id as the user and the value as the password.
pub struct PostgresProbe {
    address: Address,
    timeout: Duration,
}

impl PostgresProbe {
    /// Builds the probe.
    pub fn new(settings: &ProbeSettings) -> Result<Self, BuildError> {
        let address = Address::parse("postgres", &settings.postgres)?;
        if address.user().is_some() {
            return Err(BuildError::setting("postgres", "the probe logs in as the credential: leave the user out"));
        }
        timed(settings.timeout)?;
        Ok(Self { address: address.secured(settings.sslmode, settings.ca.as_ref()), timeout: settings.timeout })
    }

    /// Builds the probe of the database that an issuer's settings name.
    pub fn beside(settings: &IssuerSettings) -> Result<Self, BuildError> {
        let Checked { address, traits, .. } = Checked::new(settings)?;
        Ok(Self { address, timeout: traits.timeout })
    }
}

#[async_trait]
impl Probe for PostgresProbe {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        let no_text = || Fault::new(Blame::Rejected, Certainty::NotSent, "probe: the value is no UTF-8");
        let options = self.address.login(&presented.id.0, presented.value).ok_or_else(no_text)?;
        let options = options.application_name(PROBING);
        let call = SqlCall::begin("probe", self.address.place(), self.timeout, said);
        let mut connection = match login(&call, options).await? {
            Ok(connection) => connection,
            Err(verdict) => return Ok(verdict),
        };
        call.within(Certainty::Unknown, sqlx::raw_sql("SELECT 1").execute(&mut connection)).await?;
        call.close(connection).await;
        Ok(Verdict::Accepted)
    }
}
