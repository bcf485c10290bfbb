//! Who takes part in a round: keybaton's vault, or the raw client, with a name that nobody else has.

use std::sync::Arc;

use keybaton_connectors::registry;
use keybaton_core::sheet::Fencing;
use keybaton_ports::{Fence, Publication, Replaces, Seen, Vault};
use keybaton_seal::SecretValue;
use keybaton_types::{CredentialNo, Epoch, Installation, OpSeq, SecretId, VersionNo};

use crate::Outcome;
use crate::raw::Raw;
use crate::site::{Nth, Site};

/// Where somebody writes and reads.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) site: &'a dyn Site,
    /// The port on loopback, perhaps of something before the server.
    pub(crate) port: u16,
    pub(crate) name: &'a str,
}

/// Who takes part.
pub(crate) enum Contestant<'a> {
    Keybaton(Ours),
    Raw(&'a Raw, Place<'a>),
}

/// A vault, as the engine uses it.
pub(crate) struct Ours {
    vault: Arc<dyn Vault>,
    secret: SecretId,
    installation: Installation,
}

impl<'a> Contestant<'a> {
    pub(crate) fn keybaton(place: Place<'a>) -> Outcome<Self> {
        let Place { site, port, name } = place;
        let settings = registry::vault(site.connector(), &site.settings(port)).ok_or("there is no such vault")??;
        let secret = SecretId::new("bench", "test")?;
        let vault = settings.build(&secret, name, vec![site.own()?])?;
        Ok(Self::Keybaton(Ours { vault, secret, installation: Installation("c0ffee".to_owned()) }))
    }

    /// Writes one of the two values.
    pub(crate) async fn write(&self, nth: Nth) -> Outcome<()> {
        match self {
            Self::Keybaton(ours) => ours.publish(nth).await,
            Self::Raw(raw, Place { site, port, name }) => raw.send(site.write(*port, name, nth)).await.map(drop),
        }
    }

    /// Reads what is served, which has to be the second value.
    pub(crate) async fn read(&self) -> Outcome<()> {
        let is_there = match self {
            Self::Keybaton(ours) => ours.reads().await?,
            Self::Raw(raw, Place { site, port, name }) => {
                raw.send(site.read(*port, name)).await?.contains(&site.shown(Nth::Second.value()))
            }
        };
        if is_there { Ok(()) } else { Err("what was written is not what is read".into()) }
    }
}

impl Ours {
    /// Publishes as the engine does.
    async fn publish(&self, nth: Nth) -> Outcome<()> {
        if self.vault.fencing() != Fencing::Fenced {
            drop(self.vault.served(&self.secret).await?);
        }
        let rendering = SecretValue::from_text(nth.value().to_owned())?;
        let ours = |value: &SecretValue| value.is(Nth::First.value().as_bytes());
        let publication = Publication {
            secret: &self.secret,
            version: VersionNo(nth.number()),
            credential: CredentialNo(nth.number()),
            rendering: &rendering,
            fence: Fence { epoch: Epoch(1), seq: OpSeq(nth.number()) },
            installation: &self.installation,
            replaces: Replaces::Ours(&ours),
        };
        Ok(self.vault.publish(publication).await?)
    }

    async fn reads(&self) -> Outcome<bool> {
        Ok(match self.vault.served(&self.secret).await? {
            Seen::Value(value) => value.is(Nth::Second.value().as_bytes()),
            Seen::Version(version) => version.0 == Nth::Second.number(),
            Seen::Nothing => false,
        })
    }
}
