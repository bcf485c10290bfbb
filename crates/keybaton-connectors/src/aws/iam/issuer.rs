//! The issuer: one access key more, and one less.

use std::time::Duration;

use async_trait::async_trait;
use keybaton_core::plan::Risk;
use keybaton_core::sheet::{Addressing, Chooser};
use keybaton_ports::{
    Blame, Called, Certainty, Create, Created, Draw, Fault, Issuer, IssuerTraits, Listed, Listing, Sessions, Switching,
};
use keybaton_seal::SecretValue;
use keybaton_types::IssuedId;
use tokio::time::Instant;

use super::user::{Status, User};
use crate::aws::own::Way;
use crate::aws::server::Server;
use crate::aws::settings::{IssuerSettings, Labels, LastUsed};
use crate::aws::wire::Errand;
use crate::build::BuildError;
use crate::timing;

/// What AWS allows a user ("IAM and AWS STS quotas"), which nobody can have raised.
const SLOTS: u32 = 2;

/// An issuer whose credentials are the access keys of a user.
pub struct AccessKeyIssuer {
    user: User,
    labels: Labels,
    last_used: LastUsed,
    traits: IssuerTraits,
}

impl AccessKeyIssuer {
    /// Builds the issuer; `values` are the secrets that the settings refer to.
    pub fn new(settings: &IssuerSettings, values: &[SecretValue]) -> Result<Self, BuildError> {
        let server = Server::new(settings.reach(), Way::new(settings.own(), values)?)?;
        let IssuerSettings { labels, last_used, .. } = *settings;
        Ok(Self { user: User { server, name: settings.user.clone() }, labels, last_used, traits: traits(settings)? })
    }
}

#[async_trait]
impl Issuer for AccessKeyIssuer {
    fn traits(&self) -> IssuerTraits {
        self.traits.clone()
    }

    /// Whether the mark could be put on decides nothing: the value is told this one time only.
    async fn create(&self, create: Create<'_>) -> Called<Created> {
        let errand = self.user.server.begin();
        let (id, value) = self.user.create(&errand).await?;
        if self.labels == Labels::Tag {
            let _ = self.user.mark(&half(&errand), &id, create.label).await;
        }
        Ok(Created { id, value: Some(value) })
    }

    async fn destroy(&self, id: &IssuedId) -> Called<()> {
        named(id)?;
        let errand = self.user.server.begin();
        self.user.destroy(&errand, id).await?;
        if self.labels == Labels::Tag {
            let _ = self.user.unmark(&half(&errand), id).await;
        }
        Ok(())
    }

    fn listing(&self) -> Option<&dyn Listing> {
        Some(self)
    }

    fn switching(&self) -> Option<&dyn Switching> {
        Some(self)
    }

    fn sessions(&self) -> Option<&dyn Sessions> {
        None
    }

    fn naming(&self) -> &'static str {
        "the access key id"
    }

    fn cautions(&self) -> Vec<Risk> {
        let unmarked = Risk {
            what: match self.labels {
                Labels::Tag => {
                    "IAM marks no key when it makes it: one whose creation is not answered has no mark of keybaton's"
                }
                Labels::None => {
                    "keys have no mark of keybaton's: one whose creation is not answered is not told from others"
                }
            }
            .to_owned(),
            so: "it takes up a slot; the rotation holds, names it, and goes on when somebody has deleted it".to_owned(),
        };
        let sessions = Risk {
            what: "temporary credentials that somebody got with a key work on until they end".to_owned(),
            so: "they are as good as the old key for that long".to_owned(),
        };
        vec![unmarked, sessions]
    }
}

#[async_trait]
impl Listing for AccessKeyIssuer {
    async fn list(&self) -> Called<Vec<Listed>> {
        let errand = self.user.server.begin();
        let mut keys = self.user.keys(&errand).await?;
        if self.labels == Labels::Tag && !keys.is_empty() {
            let mut marks = self.user.marks(&errand).await?;
            for key in &mut keys {
                key.label = marks.remove(&key.id.0);
            }
        }
        if self.last_used == LastUsed::Ask {
            for key in &mut keys {
                key.last_used = self.user.last_used(&errand, &key.id).await?;
            }
        }
        Ok(keys)
    }
}

#[async_trait]
impl Switching for AccessKeyIssuer {
    async fn disable(&self, id: &IssuedId) -> Called<()> {
        named(id)?;
        self.user.switch(&self.user.server.begin(), id, Status::Inactive).await
    }

    async fn enable(&self, id: &IssuedId) -> Called<()> {
        named(id)?;
        self.user.switch(&self.user.server.begin(), id, Status::Active).await
    }
}

/// The numbers of the sheet.
pub(super) fn traits(settings: &IssuerSettings) -> Result<IssuerTraits, BuildError> {
    let IssuerSettings { timeout, propagation, last_used, last_used_lag, .. } = *settings;
    Ok(IssuerTraits {
        max_credentials: Some(SLOTS),
        chooser: Chooser::Issuer,
        addressing: Addressing::Once,
        draw: Draw::DEFAULT,
        last_used_lag: (last_used == LastUsed::Ask).then_some(last_used_lag),
        propagation,
        quiescence: timing::quiescence(timeout, settings.quiescence, "a request")?,
        timeout,
    })
}

/// An id that is none names no key, and would be sent for nothing.
fn named(id: &IssuedId) -> Called<()> {
    if !id.0.is_empty() && id.0.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(());
    }
    Err(Fault::new(Blame::NotFound, Certainty::Refused, format!("{id} is no access key id")))
}

/// Half of the time that is left: what is worth less must not use up the time in which the rest is told.
fn half(errand: &Errand) -> Errand {
    let left: Duration = errand.deadline.saturating_duration_since(Instant::now());
    Errand { timeout: errand.timeout, deadline: errand.deadline - left / 2 }
}
