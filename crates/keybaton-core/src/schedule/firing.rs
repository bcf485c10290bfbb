//! One time at which a rotation is due.

use keybaton_types::Timestamp;
use serde::{Deserialize, Serialize};

/// One time at which a rotation is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Firing {
    /// What the rule names, before window and jitter; it identifies the firing.
    pub named: Timestamp,
    /// When the rotation is due; never earlier than `named`.
    pub at: Timestamp,
}

impl Firing {
    /// True when the rotation should start at `now`.
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.at <= now
    }
}
