//! The probe: tries to authenticate with a credential.

use async_trait::async_trait;
use keybaton_core::answer::Verdict;
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, SecretId};

use crate::Called;

/// Tries to authenticate with a credential. A fault counts as inconclusive (R13).
#[async_trait]
pub trait Probe: Send + Sync {
    /// One try, on a connection of its own: never on one that was authenticated before.
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict>;
}

/// What is presented.
#[derive(Clone, Copy)]
pub struct Presented<'a> {
    /// The secret.
    pub secret: &'a SecretId,
    /// The issuer's id.
    pub id: &'a IssuedId,
    /// The value.
    pub value: &'a SecretValue,
}
