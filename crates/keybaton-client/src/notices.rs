//! What a holder knows of a secret beside the value.

use std::time::Duration;

use keybaton_types::{Moment, VersionNo, show_duration};

use crate::DetourNotice;

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
    /// How it stands with the vault, which is read itself while keybaton is silent; absent while keybaton answers.
    pub detour: Option<DetourNotice>,
    /// Why the disk cache does not hold what is at hand; absent while it does, or where there is none.
    pub cache_trouble: Option<String>,
}

impl Notices {
    /// Why what is lent is not what keybaton says now, in words; none while it answers.
    pub fn reason(&self, now: Moment) -> Option<String> {
        let trouble = self.trouble.as_ref()?;
        let Some(DetourNotice { place, since, trouble: why }) = &self.detour else { return Some(trouble.clone()) };
        let for_so_long = since.map(|since| show_duration(Duration::from_secs(now.wall.since(since).as_secs())));
        Some(match (for_so_long, why) {
            (Some(span), None) => format!("{trouble}; {place} is read in its place since {span}"),
            (Some(span), Some(why)) => format!("{trouble}; {place} was read in its place for {span}, and now: {why}"),
            (None, Some(why)) => format!("{trouble}; nothing is taken from {place}: {why}"),
            (None, None) => trouble.clone(),
        })
    }
}
