//! The sheets: what an issuer and a vault can do, in every combination that differs.

use std::time::Duration;

use keybaton_core::sheet::{Ability, Addressing, Chooser, Errand, Fencing};
use keybaton_testkit::fake::FakeSettings;

use crate::world::Setting;

/// What an issuer and a vault can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    pub(super) chooser: Chooser,
    pub(super) addressing: Addressing,
    pub(super) listing: bool,
    pub(super) switching: bool,
    pub(super) sessions: bool,
    /// It recognises values and keeps no labels.
    pub(super) recognising: Ability,
    pub(super) fencing: Fencing,
    pub(super) propagation: Duration,
}

impl Sheet {
    /// All of them: the abilities in every combination, and five that differ in one more thing.
    pub(super) fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for chooser in [Chooser::Issuer, Chooser::Us] {
            for fencing in [Fencing::Fenced, Fencing::Unfenced] {
                for (listing, switching) in [(true, true), (true, false), (false, true), (false, false)] {
                    all.push(Self { listing, switching, fencing, ..Self::plain(chooser) });
                }
            }
        }
        all.push(Self { addressing: Addressing::Again, ..Self::plain(Chooser::Us) });
        all.push(Self { addressing: Addressing::Again, switching: false, ..Self::plain(Chooser::Us) });
        all.push(Self { recognising: Ability::Has, ..Self::plain(Chooser::Us) });
        all.push(Self { recognising: Ability::Has, addressing: Addressing::Again, ..Self::plain(Chooser::Us) });
        let person = Chooser::Person(Errand { deadline: Duration::from_hours(1), remind: Duration::from_mins(5) });
        let by_hand = Self { listing: false, switching: false, sessions: false, ..Self::plain(person) };
        all.extend([by_hand, Self { fencing: Fencing::Unfenced, ..by_hand }]);
        all.push(Self { sessions: false, propagation: Duration::from_mins(1), ..Self::plain(Chooser::Issuer) });
        all
    }

    fn plain(chooser: Chooser) -> Self {
        let (listing, switching, sessions) = (true, true, true);
        let (addressing, fencing, propagation) = (Addressing::Once, Fencing::Fenced, Duration::ZERO);
        Self { chooser, addressing, listing, switching, sessions, recognising: Ability::Lacks, fencing, propagation }
    }

    pub(super) fn setting(self) -> Setting {
        let issuer = FakeSettings {
            chooser: self.chooser,
            addressing: self.addressing,
            listing: Ability::from(self.listing),
            switching: Ability::from(self.switching),
            sessions: Ability::from(self.sessions),
            recognising: self.recognising,
            propagation: self.propagation,
            ..Setting::default().issuer
        };
        let mut setting = Setting { issuer, vault: Some(self.fencing), ..Setting::default() };
        // Two looks make a watch: one more would only repeat the same cells.
        setting.policy.overlap.min = Duration::from_mins(1);
        setting.policy.watch.span = Duration::from_mins(1);
        setting
    }
}
