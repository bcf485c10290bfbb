//! The setting of a random history: what is drawn says what the connectors can do and who reads how.
//!
//! For random histories and the fuzz target of them; a search enumerates settings of its own.

use keybaton_core::sheet::{Ability, Addressing, Chooser, Fencing};

use crate::world::{budget::Budget, person::Kind, setting::Setting, time::ticks};

/// More faults, engines and instances than a search can bear; a bit of `sheet` per property, a bit of `people` per kind.
pub(crate) fn setting(name: &str, sheet: u8, people: u8) -> Setting {
    let mut setting = Setting::new(name);
    let bit = |bit: u8| sheet & (1 << bit) != 0;
    setting.sheet.listing = Ability::from(!bit(0));
    setting.sheet.switching = Ability::from(!bit(1));
    setting.sheet.chooser = if bit(2) { Chooser::Us } else { Chooser::Issuer };
    setting.sheet.vault = if bit(3) { Fencing::Unfenced } else { Fencing::Fenced };
    setting.sheet.addressing = if bit(4) { Addressing::Again } else { Addressing::Once };
    setting.sheet.sessions = Ability::from(bit(5));
    if bit(6) {
        (setting.sheet.propagation, setting.lag) = (ticks(1), ticks(1));
    }
    let kind = |agent: bool| if agent { Kind::Agent } else { Kind::Plain };
    setting.people = (0..3).map(|index| kind(people & (1 << index) != 0)).collect();
    (setting.users, setting.engines) = (2, 2);
    setting.budget = Budget { crash: 2, lose: 4, steal: 1, alert: 1, ask: 2, vanish: 1, again: 1, ..Budget::default() };
    setting
}
