//! What could go wrong: a visible list of functions over the sheet, the policy and what was seen.

mod issuer;
mod keys;
mod owner;
mod person;
mod seen;

use serde::{Deserialize, Serialize};

use super::Setting;

/// Something that could go wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// What is the case.
    pub what: String,
    /// What follows from it.
    pub so: String,
}

impl Risk {
    fn new(what: impl Into<String>, so: impl Into<String>) -> Self {
        Self { what: what.into(), so: so.into() }
    }
}

/// A look at the setting for one kind of trouble.
type Check = fn(&Setting<'_>) -> Option<Risk>;

/// Every check, in the order in which an operator reads them: what is lost for good comes first.
const CHECKS: [Check; 30] = [
    person::makes,
    person::deletes,
    owner::emergency,
    issuer::no_room,
    issuer::last_room,
    seen::unknown_consumer,
    seen::nobody_known,
    keys::shared,
    keys::adopted,
    keys::revealed,
    keys::handed,
    issuer::no_switching,
    issuer::no_listing,
    owner::revoke_at_max,
    owner::by_time,
    issuer::no_last_used,
    issuer::late_last_used,
    issuer::no_sessions,
    issuer::unfenced,
    issuer::slow,
    issuer::reused_ids,
    seen::nobody_reports,
    seen::nobody_watches,
    owner::rollback_at_max,
    owner::rollback_waits,
    owner::rollback_asks,
    owner::long_overlap,
    owner::by_word,
    keys::others_live,
    keys::rolled_back,
];

pub(super) fn risks(setting: &Setting<'_>) -> Vec<Risk> {
    CHECKS.iter().filter_map(|check| check(setting)).collect()
}
