//! What the agent holds of a secret, and where it comes from; the client library stands behind both.

use std::sync::Arc;

use async_trait::async_trait;
use keybaton_seal::SecretValue;
use keybaton_types::{SecretId, VersionNo};

/// A version that is held. As long as one of its grips lives, keybaton counts it as in use here; `dropped` is told when
/// the last one is let go.
pub trait Grip: Send + Sync {
    /// The version.
    fn version(&self) -> VersionNo;

    /// The value.
    fn value(&self) -> &SecretValue;

    /// Says that the value stands in a file, or in a child that is ready, and that its predecessor does not any more.
    fn delivered(&self);
}

/// Where versions come from.
#[async_trait]
pub trait Feed: Send + Sync {
    /// The version to use now: from the cache where there is a good one, from keybaton where there is none.
    async fn newest(&self, secret: &SecretId) -> Result<Arc<dyn Grip>, Unread>;

    /// Waits until another version than this one is to be used; a version that goes back counts too.
    async fn changed(&self, secret: &SecretId, from: VersionNo);
}

/// A secret could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{secret} could not be read: {why}")]
pub struct Unread {
    /// The secret.
    pub secret: SecretId,
    /// Why, without any value.
    pub why: String,
    /// What to do about it.
    pub hint: String,
}
