//! What consumers are shown of one secret at one moment: everything but who they are.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use keybaton_core::{facts::Presence, ledger::Ledger, policy::Policy, retiring::retiring};
use keybaton_ports::Snapshot;
use keybaton_seal::{SecretValue, digest_hex};
use keybaton_types::{CredentialNo, Fingerprint, Installation, SecretId, Timestamp, VersionNo};
use tokio::sync::OnceCell;

use crate::{Charge, Error, facts::Known, safe::Safe};

/// A holder is told of so many of the newest versions that are condemned: one that holds an older one has long lost the
/// right to use it by its own clock.
const CONDEMNED: usize = 64;

/// What consumers are shown of one secret.
pub struct Shown {
    /// The version that they get.
    pub version: VersionNo,
    /// When it was published.
    pub published: Timestamp,
    /// Versions that are about to be revoked.
    pub retiring: Vec<VersionNo>,
    /// Versions that nobody may use again, the newest ones.
    pub condemned: Vec<VersionNo>,
    /// How long a consumer's cache keeps the value.
    pub ttl: Duration,
    /// How much longer it may be used while nobody answers.
    pub max_stale: Duration,
    pub(crate) credential: CredentialNo,
    /// Changes with everything that a holder has to know.
    pub(super) tag: String,
    /// Of how long a lease is.
    pub(super) lease: Duration,
    opened: Arc<OnceCell<Opened>>,
}

/// What consumers authenticate with.
pub struct Opened {
    /// The value.
    pub value: SecretValue,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
}

/// Which key a version stands for at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The one that consumers get.
    Current,
    /// One that they got before.
    Previous,
    /// One that nobody here knows.
    Unknown,
}

/// What is known of one secret, whether consumers get something or not.
pub(super) struct Page {
    pub(super) shown: Option<Arc<Shown>>,
    /// Which credential each version holds.
    pub(super) versions: BTreeMap<VersionNo, CredentialNo>,
    /// The newest version that the ledger may have handed out.
    pub(super) newest: VersionNo,
    /// Whether the ledger is from an older copy of the state, and nobody has looked at it since.
    pub(super) restored: bool,
    /// Whether a rotation is active: then time alone may change the page.
    pub(super) active: bool,
    /// The names of the consumers that the configuration declares.
    pub(super) declared: Vec<String>,
}

impl Page {
    /// A secret that has no ledger yet.
    pub(super) fn empty(charge: &Charge) -> Self {
        let declared = charge.policy.consumers.iter().map(|consumer| consumer.name.clone()).collect();
        Self { shown: None, versions: BTreeMap::new(), newest: VersionNo(0), restored: false, active: false, declared }
    }

    /// Whether a reader has a version that only a later ledger than this one can have shown (R11).
    pub(super) fn is_behind(&self, has: VersionNo) -> bool {
        let current = self.shown.as_ref().map_or(VersionNo(0), |shown| shown.version);
        has > current && !self.versions.contains_key(&has)
    }

    /// Which key a version stands for: after a way back an old version and the new one are the same key.
    pub(super) fn place(&self, version: VersionNo) -> Place {
        match self.versions.get(&version) {
            None => Place::Unknown,
            known if known == self.shown.as_ref().map(|shown| &shown.credential) => Place::Current,
            Some(_) => Place::Previous,
        }
    }

    /// What there is to show at one instant; a value that was opened before stays open.
    pub(super) fn new(
        charge: &Charge,
        snapshot: Snapshot,
        installation: &Installation,
        before: Option<&Shown>,
    ) -> Self {
        let known = Known::new(charge, snapshot);
        let retiring = retiring(&known.facts(charge, installation, Presence::Stays));
        let ledger = &known.snapshot.ledger;
        Self {
            shown: Shown::new(&charge.policy, ledger, retiring, before).map(Arc::new),
            versions: ledger.versions.iter().map(|version| (version.no, version.credential)).collect(),
            newest: VersionNo(ledger.next_version.0.saturating_sub(1)),
            restored: ledger.restored,
            active: ledger.rotation.is_some(),
            declared: charge.policy.consumers.iter().map(|consumer| consumer.name.clone()).collect(),
        }
    }
}

impl Shown {
    /// What a reader would be handed at this instant, if anything.
    pub(crate) fn at(charge: &Charge, snapshot: Snapshot, installation: &Installation) -> Option<Arc<Self>> {
        Page::new(charge, snapshot, installation, None).shown
    }

    fn new(policy: &Policy, ledger: &Ledger, retiring: Option<CredentialNo>, before: Option<&Self>) -> Option<Self> {
        let version = ledger.version(ledger.current?)?;
        let credential = ledger.credential(version.credential).filter(|credential| !credential.condemned)?;
        let of = |no: CredentialNo| ledger.versions.iter().filter(move |version| version.credential == no);
        let retiring: Vec<_> =
            retiring.filter(|no| *no != credential.no).into_iter().flat_map(of).map(|v| v.no).collect();
        let mut condemned: Vec<_> = ledger
            .credentials
            .iter()
            .filter(|credential| credential.condemned)
            .flat_map(|c| of(c.no))
            .map(|v| v.no)
            .collect();
        condemned.sort_unstable();
        condemned.drain(..condemned.len().saturating_sub(CONDEMNED));
        let kept = before.filter(|before| before.credential == credential.no);
        Some(Self {
            version: version.no,
            published: version.published.unwrap_or(credential.born),
            tag: tag(version.no, credential.no, &retiring, &condemned),
            retiring,
            condemned,
            ttl: policy.ttl,
            max_stale: policy.max_stale,
            credential: credential.no,
            lease: policy.lease(),
            opened: kept.map(|before| Arc::clone(&before.opened)).unwrap_or_default(),
        })
    }

    /// The value, opened when the first consumer asks for it.
    pub(super) async fn open(&self, safe: &Safe, secret: &SecretId) -> Result<&Opened, Error> {
        self.opened.get_or_try_init(|| open(safe, secret, self.credential)).await
    }

    /// The tag under which all of this was told.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The value and its fingerprint, once it was opened.
    pub fn opened(&self) -> Option<&Opened> {
        self.opened.get()
    }
}

async fn open(safe: &Safe, secret: &SecretId, no: CredentialNo) -> Result<Opened, Error> {
    let kept = safe.store.sealed(secret, no).await?;
    let value = safe.rendering(secret, no).await?;
    let (Some(kept), Some(value)) = (kept, value) else { return Err(Error::NoValue(secret.clone())) };
    Ok(Opened { value, fingerprint: kept.rendering_fingerprint.unwrap_or(kept.fingerprint) })
}

/// The same for the same things in every process.
fn tag(version: VersionNo, credential: CredentialNo, retiring: &[VersionNo], condemned: &[VersionNo]) -> String {
    let numbers = |numbers: &[VersionNo]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let text = format!("{version} {credential} {} {}", numbers(retiring), numbers(condemned));
    let hash = digest_hex(text.as_bytes());
    format!("{version}-{}", hash.get(..16).unwrap_or_default())
}
