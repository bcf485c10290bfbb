//! The postgres probe: logs in as the credential on a connection of its own and runs the smallest query.

use std::time::Duration;

use async_trait::async_trait;
use keybaton_ports::{Blame, Called, Certainty, Fault, Presented, Probe, Verdict};
use sqlx::{ConnectOptions, Connection};

use super::address::Address;
use super::checked::Checked;
use super::failure::{connecting, refuses_login};
use super::session::Call;
use super::settings::{IssuerSettings, ProbeSettings};
use crate::build::BuildError;
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
        let call = Call::begin("probe", self.address.place(), self.timeout);
        let login = async { Ok(options.connect().await) };
        let mut connection = match call.within(Certainty::NotSent, login).await? {
            Ok(connection) => connection,
            Err(error) => return refusal(&call, &error),
        };
        call.within(Certainty::Unknown, sqlx::raw_sql("SELECT 1").execute(&mut connection)).await?;
        // It was accepted; how the goodbye ends changes nothing.
        let _ = call.within(Certainty::Unknown, connection.close()).await;
        Ok(Verdict::Accepted)
    }
}

/// What a failed login says about the credential: only the server's own word counts against it (R13).
fn refusal(call: &Call, error: &sqlx::Error) -> Called<Verdict> {
    match error {
        sqlx::Error::Database(said) if refuses_login(&**said) => Ok(Verdict::Refused),
        sqlx::Error::Database(_) => Ok(Verdict::Inconclusive),
        other => Err(connecting(call, other)),
    }
}
