//! A credential at the fake issuer.

use std::sync::Arc;
use std::time::Duration;

use keybaton_ports::Listed;
use keybaton_seal::SecretValue;
use keybaton_types::{IssuedId, Timestamp};

/// A credential at the fake issuer, alive or not; ids may come back, so that a destroyed one may share its id.
#[derive(Clone)]
pub struct FakeCredential {
    /// The issuer's id.
    pub id: IssuedId,
    /// The label, where one was given.
    pub label: Option<String>,
    /// The value.
    pub value: Arc<SecretValue>,
    /// When it was made.
    pub created: Timestamp,
    /// Since when it is off, where it is.
    pub disabled: Option<Timestamp>,
    /// When it was destroyed, if it was.
    pub destroyed: Option<Timestamp>,
    /// When it was last accepted.
    pub last_used: Option<Timestamp>,
    /// How many sessions are open; they outlive the credential.
    pub sessions: u32,
}

impl FakeCredential {
    /// Whether the issuer still has it.
    pub fn is_live(&self) -> bool {
        self.destroyed.is_none()
    }

    /// Whether it authenticates at this time: changes take `propagation` to be seen.
    pub(super) fn authenticates(&self, now: Timestamp, propagation: Duration) -> bool {
        let seen = |since: Timestamp| now.since(since) >= propagation;
        seen(self.created) && !self.disabled.is_some_and(seen) && !self.destroyed.is_some_and(seen)
    }

    pub(super) fn has(&self, value: &SecretValue) -> bool {
        self.value.expose() == value.expose()
    }

    pub(super) fn listed(&self, now: Timestamp, lag: Option<Duration>) -> Listed {
        let told = |used: &Timestamp| lag.is_some_and(|lag| now.since(*used) >= lag);
        Listed {
            id: self.id.clone(),
            label: self.label.clone(),
            enabled: Some(self.disabled.is_none()),
            created: Some(self.created),
            last_used: self.last_used.filter(told),
            creator: None,
        }
    }
}
