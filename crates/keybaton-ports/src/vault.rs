//! The vault: the versioned place that consumers read.

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_seal::SecretValue;
use keybaton_types::{CredentialNo, Epoch, OpSeq, SecretId, VersionNo};

use crate::Called;

/// The versioned place that consumers read.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Whether a late write of our own bounces by itself (R3).
    fn fencing(&self) -> Fencing;

    /// Writes a version; the same publication again does no harm. A fenced vault refuses an older fence.
    async fn publish(&self, publication: Publication<'_>) -> Called<()>;

    /// What it serves now.
    async fn served(&self, secret: &SecretId) -> Called<Seen>;
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
