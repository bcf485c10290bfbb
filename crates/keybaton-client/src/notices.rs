//! What a holder knows of a secret beside the value.

use keybaton_types::VersionNo;

/// What is known of a secret beside its value. Everybody who subscribes gets the newest one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notices {
    /// Grows with every change of this document.
    pub revision: u64,
    /// The version that is lent now; none when nothing may be lent.
    pub version: Option<VersionNo>,
    /// The version that is lent when the other one is refused.
    pub last_good: Option<VersionNo>,
    /// Versions that are about to be revoked, as keybaton said last.
    pub retiring: Vec<VersionNo>,
    /// Versions that nobody may use again, whatever a cache says.
    pub condemned: Vec<VersionNo>,
    /// Why keybaton's last answer was none; absent while it answers.
    pub trouble: Option<String>,
    /// Why the disk cache does not hold what is at hand; absent while it does, or where there is none.
    pub cache_trouble: Option<String>,
}
