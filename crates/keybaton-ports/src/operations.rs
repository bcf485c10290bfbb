//! What the commands do, whoever does it: the local engine, or a server that is asked.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use keybaton_core::{plan::Plan, policy::Scope, rotation::explain::Explanation};
use keybaton_seal::SecretValue;
use keybaton_types::{
    Fingerprint, IssuedId, SecretId, Timestamp, VersionNo,
    document::{
        Adopted, Asked, Audited, Check, Checkpoint, History, Paused, REVEALED, Resumed, Revealed, Rotation, Status,
        Ticked,
    },
};

use crate::{AuditRow, Wanted};

/// What the commands do.
#[async_trait]
pub trait Operations: Send + Sync {
    /// Every secret, the oldest key first. Reads the ledger only.
    async fn status(&self) -> Result<Status, Failure>;

    /// Takes over an existing key without changing it.
    async fn adopt(&self, adoption: Adoption) -> Result<Adopted, Failure>;

    /// What a rotation would do and what could go wrong.
    async fn plan(&self, secret: &SecretId) -> Result<Plan, Failure>;

    /// Why a key is in its state, and what happens next. Reads the ledger only.
    async fn explain(&self, secret: &SecretId) -> Result<Explanation, Failure>;

    /// Records what a person asks for, after checking that it can be carried out.
    async fn ask(&self, secret: &SecretId, wanted: Wanted, by: &str) -> Result<Asked, Failure>;

    /// Begins a pause, in place of an earlier one of the same scope. Whatever runs goes on.
    async fn pause(&self, scope: Scope, until: Until, reason: Option<&str>, by: &str) -> Result<Paused, Failure>;

    /// Ends the pause of a scope, or takes note that it is over; `None` where there is none.
    async fn resume(&self, scope: &Scope, by: &str) -> Result<Option<Resumed>, Failure>;

    /// Records what a person knows of a consumer, or of one instance of it; says of whom it was recorded.
    async fn vouch(
        &self,
        secret: &SecretId,
        consumer: &str,
        instance: Option<&str>,
        word: Word,
        by: &str,
    ) -> Result<Vec<String>, Failure>;

    /// Drives the rotation until it waits, unless an engine elsewhere does, and says how it stands.
    async fn advance(&self, secret: &SecretId, rotation: &str) -> Result<Progress, Failure>;

    /// How a rotation stands. Reads the ledger only, and drives nothing.
    async fn rotation(&self, secret: &SecretId, rotation: &str) -> Result<Rotation, Failure>;

    /// Leaves what is being driven to any other engine, at once.
    async fn detach(&self);

    /// The current value. Reads the ledger only, and is audited.
    async fn get(&self, secret: &SecretId, by: &str) -> Result<Served, Failure>;

    /// Reads the current value as a consumer does, tries it, and says which version that was. Nothing is audited: nobody
    /// is shown the value.
    async fn check(&self, secret: &SecretId) -> Result<Check, Failure>;

    /// Does all due work, staying for a watch that it began.
    async fn tick(&self) -> Result<Ticked, Failure>;

    /// How the newest `limit` rotations went, of one secret or of all, the newest first. Reads the audit only.
    async fn history(&self, secret: Option<&SecretId>, limit: usize) -> Result<History, Failure>;

    /// Audit rows, oldest first, after row `after` of each secret, at most `limit` of each; whoever asks for more goes on
    /// after the largest number that came.
    async fn audit(&self, secret: Option<&SecretId>, after: u64, limit: u32) -> Result<Vec<AuditRow>, Failure>;

    /// Checks the audit, its signatures with the installation's own key.
    async fn audit_verify(&self) -> Result<Audited, Failure>;

    /// Signs the heads of the audit as they are now, unless that was done already; says the last checkpoint, if there is
    /// any.
    async fn checkpoint(&self) -> Result<Option<Checkpoint>, Failure>;

    /// Checkpoints of the audit after this number, oldest first, at most `limit`.
    async fn checkpoints(&self, after: u64, limit: u32) -> Result<Vec<Checkpoint>, Failure>;
}

/// When a pause ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// So long after now, by the store's clock.
    After(Duration),
    /// At this time.
    At(Timestamp),
}

/// What a person knows of a consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// It has moved to the current key.
    Moved,
    /// It is gone for good.
    Gone,
}

/// A key to take over.
pub struct Adoption {
    /// Into which secret.
    pub secret: SecretId,
    /// The issuer's id of the key; without one the issuer has to recognise the value.
    pub id: Option<IssuedId>,
    /// The value.
    pub value: SecretValue,
    /// What to do when no probe accepts it.
    pub proof: Proof,
    /// What to do with an external vault.
    pub vault: VaultUse,
    /// What to do when another secret holds the same value.
    pub sharing: Sharing,
    /// Who asked.
    pub by: String,
}

/// Whether a probe has to accept an adopted key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A key that is refused is not stored.
    Needed,
    /// The key is stored whatever the probe says.
    Waived,
}

/// What adopting does with an external vault; our own is always written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultUse {
    /// It is read and compared.
    Compare,
    /// The key is written into it.
    Publish,
}

/// What adopting does with a value that another secret holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// It is not stored: revoking it for one would revoke it for the other.
    Refused,
    /// It is stored, and not revoked before the other has a key of its own.
    Accepted,
}

/// How a rotation stands.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The rotation.
    pub rotation: Rotation,
    /// How long until something may happen by time alone.
    pub next: Option<Duration>,
}

/// The current value of a secret.
pub struct Served {
    /// The version.
    pub version: VersionNo,
    /// What consumers read.
    pub value: SecretValue,
    /// Its fingerprint.
    pub fingerprint: Fingerprint,
    /// How long ago it was published.
    pub age: Duration,
}

impl Served {
    /// The document that shows it. `value` is what the caller has opened, for a reason that it states.
    pub fn document<'a>(&self, secret: &SecretId, value: &'a str) -> Revealed<&'a str> {
        Revealed {
            schema: REVEALED.to_owned(),
            secret: secret.name().to_owned(),
            env: secret.env().to_owned(),
            version: self.version.0,
            value,
            fingerprint: self.fingerprint.0.clone(),
            age_seconds: self.age.as_secs(),
            stale: None,
        }
    }
}

/// Why an operation was not carried out.
#[derive(Debug)]
pub struct Failure {
    /// The kind, which is the exit code.
    pub kind: FailureKind,
    /// What failed; reads well after "error:".
    pub what: String,
    /// The causes, outermost first.
    pub causes: Vec<String>,
    /// What is safe now.
    pub safe: Option<String>,
    /// What to do next.
    pub hint: Option<String>,
}

/// The kinds of failure, each with its exit code (DESIGN section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// It ran, and the answer is no: 1.
    No,
    /// Usage or configuration: 2.
    Usage,
    /// It could not be determined: 3.
    Unknown,
    /// A human is needed: 5.
    Held,
}

impl FailureKind {
    const WORDS: [(Self, &str); 4] =
        [(Self::No, "answer-is-no"), (Self::Usage, "misuse"), (Self::Unknown, "undetermined"), (Self::Held, "held")];

    /// The word for it in a problem document, by which the exit code is the same from afar.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(kind, _)| *kind == self).map_or("undetermined", |(_, word)| word)
    }

    /// The kind that a problem document names, if it is one of these.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }
}

impl Failure {
    /// A failure without a cause, a word on safety, or a hint.
    pub fn new(kind: FailureKind, what: impl Into<String>) -> Self {
        Self { kind, what: what.into(), causes: Vec::new(), safe: None, hint: None }
    }

    /// With what is safe now.
    #[must_use]
    pub fn safe(mut self, safe: impl Into<String>) -> Self {
        self.safe = Some(safe.into());
        self
    }

    /// With what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With the error and all that caused it.
    #[must_use]
    pub fn because(mut self, error: &dyn std::error::Error) -> Self {
        let chain = std::iter::successors(Some(error), |error| error.source());
        self.causes.extend(chain.map(ToString::to_string));
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Failure {}
