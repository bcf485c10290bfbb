//! The mariadb probe: logs in as the credential on a connection of its own, and asks for a sign of life.

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
use crate::digest_id::user_of;
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
        let call = Call::begin("probe", self.address.place(), self.timeout);
        let login = async { Ok(options.connect().await) };
        let mut connection = match call.within(Certainty::NotSent, login).await? {
            Ok(connection) => connection,
            Err(error) => return refusal(&call, &error),
        };
        call.within(Certainty::Unknown, connection.ping()).await?;
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
