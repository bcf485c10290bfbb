//! The vault: the versioned place that consumers read.

use std::time::Duration;

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_seal::SecretValue;
use keybaton_types::{CredentialNo, Epoch, Installation, OpSeq, SecretId, VersionNo};

use crate::Called;

/// The versioned place that consumers read. One value of it is configured for one secret.
///
/// Like an issuer it never retries, never sleeps and never decides, and honours its `timeout` by itself.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Whether a late write of our own bounces by itself (R3).
    fn fencing(&self) -> Fencing;

    /// Where it keeps what consumers read.
    fn home(&self) -> Home {
        Home::Elsewhere
    }

    /// How long its calls take. One that answers from the state database asks for no time of its own.
    fn traits(&self) -> VaultTraits {
        VaultTraits::NEAR
    }

    /// Writes a version; the same publication again does no harm. A fenced vault refuses an older fence, and one that
    /// keeps values elsewhere refuses to replace what the publication does not allow.
    async fn publish(&self, publication: Publication<'_>) -> Called<()>;

    /// What it serves now.
    async fn served(&self, secret: &SecretId) -> Called<Seen>;

    /// Earlier versions by number, where the vault keeps them.
    fn archive(&self) -> Option<&dyn Archive> {
        None
    }

    /// Telling which of our versions it serves, where the vault keeps the number beside the value.
    fn numbering(&self) -> Option<&dyn Numbering> {
        None
    }

    /// Destroying earlier versions, where the vault keeps them.
    fn tidying(&self) -> Option<&dyn Tidying> {
        None
    }

    /// The workloads that read it when they start, where the vault can restart them.
    fn workloads(&self) -> Option<&dyn Workloads> {
        None
    }
}

/// Reads earlier versions of a vault that keeps them.
#[async_trait]
pub trait Archive: Send + Sync {
    /// What was published under this number; `None` where it is not kept any more, or never was.
    async fn version(&self, of: Slot<'_>, version: VersionNo) -> Called<Option<SecretValue>>;

    /// The numbers that are kept, the lowest first.
    async fn versions(&self, of: Slot<'_>) -> Called<Vec<VersionNo>>;
}

/// Tells which of our versions a vault serves. It reads what consumers read and needs no other right than theirs, and it
/// proves nothing: a number says what our publication meant to write, and whoever may write there can write a number too.
#[async_trait]
pub trait Numbering: Send + Sync {
    /// What it serves now; `None` where that is nothing.
    async fn numbered(&self, of: Slot<'_>) -> Called<Option<Numbered>>;
}

/// What a vault serves, with our number.
pub struct Numbered {
    /// The number under which we published it; none where it carries none of this secret and this installation.
    pub version: Option<VersionNo>,
    /// The value.
    pub value: SecretValue,
}

/// Destroys earlier versions of a vault that keeps them. No part of the protocol: what it leaves is dead at the issuer.
#[async_trait]
pub trait Tidying: Send + Sync {
    /// Destroys each earlier version that holds a value which `dead` names and nothing of anybody else's, and says how
    /// many it destroyed. What is served now is never destroyed.
    async fn tidy(&self, of: Slot<'_>, dead: Knows<'_>) -> Called<usize>;
}

/// Restarts workloads that read a vault when they start, and tells of their instances.
#[async_trait]
pub trait Workloads: Send + Sync {
    /// Every workload that wants to be restarted for this secret, with every instance that is there, those that are ending
    /// too.
    async fn workloads(&self, of: Slot<'_>, version: VersionNo) -> Called<Vec<Workload>>;

    /// Restarts those that were not restarted for this version yet. The same call again does no harm.
    async fn restart(&self, of: Slot<'_>, version: VersionNo) -> Called<()>;
}

/// A workload that reads a vault when it starts; the name is that of the consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Its name.
    pub name: String,
    /// Whether it was restarted for the version.
    pub restarted: Restarted,
    /// What runs of it.
    pub instances: Vec<Instance>,
}

/// Whether a workload was restarted for a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restarted {
    /// It was.
    Yes,
    /// It was not.
    No,
}

/// An instance of a workload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its name.
    pub name: String,
    /// What it started with.
    pub has: Has,
}

/// What an instance started with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Has {
    /// The version that was asked about.
    Present,
    /// One before it, or nobody knows which.
    Earlier,
}

/// Whose versions: those of one secret, published by one installation.
#[derive(Clone, Copy, Debug)]
pub struct Slot<'a> {
    /// The installation.
    pub installation: &'a Installation,
    /// The secret.
    pub secret: &'a SecretId,
}

/// Says whether a value is one of those that somebody knows by their fingerprints.
pub type Knows<'a> = &'a (dyn Fn(&SecretValue) -> bool + Send + Sync);

/// Where a vault keeps what consumers read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    /// In the state database itself: only we write there.
    Ledger,
    /// In a place of its own, where others may write too.
    Elsewhere,
}

/// The numbers of the sheet that a vault adds to its issuer's: the larger of each counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VaultTraits {
    /// The longest time of one call.
    pub timeout: Duration,
    /// The longest time in which a write that timed out may still land (R9).
    pub quiescence: Duration,
}

impl VaultTraits {
    /// A vault that is never farther than the state database.
    pub const NEAR: Self = Self { timeout: Duration::ZERO, quiescence: Duration::ZERO };
}

/// What to publish.
#[derive(Clone, Copy)]
pub struct Publication<'a> {
    /// The secret.
    pub secret: &'a SecretId,
    /// The number.
    pub version: VersionNo,
    /// Which credential it holds.
    pub credential: CredentialNo,
    /// What consumers read: the rendering.
    pub rendering: &'a SecretValue,
    /// The fence.
    pub fence: Fence,
    /// Who publishes: versions of another installation are none of ours.
    pub installation: &'a Installation,
    /// What may be there now.
    pub replaces: Replaces<'a>,
}

impl<'a> Publication<'a> {
    /// Whose version it is.
    pub fn slot(&self) -> Slot<'a> {
        Slot { installation: self.installation, secret: self.secret }
    }
}

/// What a publication may replace.
#[derive(Clone, Copy)]
pub enum Replaces<'a> {
    /// Whatever is there: a person said so.
    Anything,
    /// A value that this knows as one of ours, or nothing.
    Ours(Knows<'a>),
}

/// The fence of an operation: a vault that can compare refuses a lower one (R3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fence {
    /// The epoch of the lease.
    pub epoch: Epoch,
    /// The number of the operation.
    pub seq: OpSeq,
}

/// What a vault serves.
pub enum Seen {
    /// A version that carries our number.
    Version(VersionNo),
    /// A value without a number of ours: the engine compares fingerprints.
    Value(SecretValue),
    /// Nothing.
    Nothing,
}
