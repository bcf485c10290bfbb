//! The redis probe: logs in as the credential on a connection of its own, and asks for the smallest thing.

use std::time::Duration;

use async_trait::async_trait;
use keybaton_ports::{Blame, Called, Certainty, Fault, Presented, Probe, Verdict};
use tokio_rustls::TlsConnector;

use super::address::Address;
use super::failure::{lacks_permission, refuses_login};
use super::server::secured;
use super::session::Session;
use super::settings::ProbeSettings;
use super::wire::Reply;
use crate::build::BuildError;
use crate::call::Call;
use crate::digest_id::user_of;
use crate::timing::timed;

/// A probe that logs in with the id's user and the value.
pub struct RedisProbe {
    address: Address,
    tls: Option<TlsConnector>,
    timeout: Duration,
}

impl RedisProbe {
    /// Builds the probe.
    pub fn new(settings: &ProbeSettings) -> Result<Self, BuildError> {
        let address = Address::parse("redis", &settings.redis, settings.ca_file.as_deref())?;
        timed(settings.timeout)?;
        Ok(Self { tls: secured(&address)?, address, timeout: settings.timeout })
    }
}

#[async_trait]
impl Probe for RedisProbe {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        if presented.value.is_empty() {
            return Err(Fault::new(Blame::Rejected, Certainty::NotSent, "probe: the value is empty"));
        }
        let call = Call::begin("probe", self.address.place(), self.timeout);
        let mut session = Session::connect(call, &self.address, self.tls.as_ref()).await?;
        let verdict = match session.login(user_of(presented.id), presented.value).await? {
            Reply::Error(error) if refuses_login(&error) => Verdict::Refused,
            Reply::Error(_) => Verdict::Inconclusive,
            _ => answers(&mut session).await?,
        };
        session.close().await;
        Ok(verdict)
    }
}

/// Whether the server answers somebody whom it has accepted; one who may not ask was accepted all the same.
async fn answers(session: &mut Session) -> Called<Verdict> {
    Ok(match session.ask(&["PING"], Certainty::Unknown).await? {
        Reply::Error(error) if !lacks_permission(&error) => Verdict::Inconclusive,
        _ => Verdict::Accepted,
    })
}
