//! Any history of a rotation in the model's world: every step is taken or refused, every commit applied or bounced, and
//! every invariant holds after each of them.
#![no_main]
#![allow(dead_code, reason = "the model's world has more than a history needs")]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/keybaton-core/tests/model/drawn.rs"]
mod drawn;
#[path = "../../crates/keybaton-core/tests/model/invariant.rs"]
mod invariant;
#[path = "../../crates/keybaton-core/tests/model/world/mod.rs"]
mod world;

use world::World;

fuzz_target!(|bytes: &[u8]| {
    let [sheet, people, choices @ ..] = bytes else { return };
    let setting = drawn::setting("fuzz", *sheet, *people);
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
