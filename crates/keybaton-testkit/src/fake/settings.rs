//! What a fake issuer can do: every corner of the sheet.

use std::time::Duration;

use keybaton_core::sheet::{Ability, Addressing, Chooser};
use keybaton_ports::{Draw, IssuerTraits};

/// What a fake issuer can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeSettings {
    /// Who chooses the value.
    pub chooser: Chooser,
    /// Whether ids come back; where they do, the ids are `slot-1`, `slot-2` and so on.
    pub addressing: Addressing,
    /// How many credentials may live at once.
    pub max_credentials: Option<u32>,
    /// Whether it lists.
    pub listing: Ability,
    /// Whether it switches off and on.
    pub switching: Ability,
    /// Whether it shows and ends sessions.
    pub sessions: Ability,
    /// Whether it recognises values; one that does keeps no labels.
    pub recognising: Ability,
    /// How late its last-used time is; `None` where it tells none.
    pub last_used_lag: Option<Duration>,
    /// A new credential is refused this long, and a disabled or destroyed one still works this long.
    pub propagation: Duration,
    /// The longest time in which a request that timed out may still land.
    pub quiescence: Duration,
    /// The longest time of one call.
    pub timeout: Duration,
}

impl FakeSettings {
    pub(super) fn traits(&self) -> IssuerTraits {
        IssuerTraits {
            max_credentials: self.max_credentials,
            chooser: self.chooser,
            addressing: self.addressing,
            draw: Draw::DEFAULT,
            last_used_lag: self.last_used_lag,
            propagation: self.propagation,
            quiescence: self.quiescence,
            timeout: self.timeout,
        }
    }
}

impl Default for FakeSettings {
    /// Two credentials at most, the issuer's own values, every ability, no delay.
    fn default() -> Self {
        Self {
            chooser: Chooser::Issuer,
            addressing: Addressing::Once,
            max_credentials: Some(2),
            listing: Ability::Has,
            switching: Ability::Has,
            sessions: Ability::Has,
            recognising: Ability::Lacks,
            last_used_lag: Some(Duration::ZERO),
            propagation: Duration::ZERO,
            quiescence: Duration::from_secs(30),
            timeout: Duration::from_secs(10),
        }
    }
}
