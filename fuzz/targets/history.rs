//! Any history of a rotation in the model's world: every step is taken or refused, every commit applied or bounced, and
//! every invariant holds after each of them.
#![no_main]
#![allow(dead_code, reason = "the model's world has more than a history needs")]

use keybaton_core::sheet::{Ability, Addressing, Chooser, Fencing};
use libfuzzer_sys::fuzz_target;

#[path = "../../crates/keybaton-core/tests/model/invariant.rs"]
mod invariant;
#[path = "../../crates/keybaton-core/tests/model/world/mod.rs"]
mod world;

use world::{World, budget::Budget, person::Kind, setting::Setting, time::ticks};

fn setting(sheet: u8, people: u8) -> Setting {
    let mut setting = Setting::new("fuzz");
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

fuzz_target!(|bytes: &[u8]| {
    let [sheet, people, choices @ ..] = bytes else { return };
    let setting = setting(*sheet, *people);
    let mut world = World::new(&setting);
    for &choice in choices.iter().take(600) {
        let menu = world.menu(&setting);
        if menu.is_empty() {
            return;
        }
        world.act(&setting, menu[usize::from(choice) % menu.len()]);
        assert_eq!(invariant::broken(&world), None, "a history breaks an invariant");
    }
});
