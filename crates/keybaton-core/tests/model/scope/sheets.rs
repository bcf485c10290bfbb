//! Sheets: every combination of properties, and a few that contain every pair.

use keybaton_core::sheet::{Ability, Addressing, Chooser, Fencing};

use crate::world::setting::Setting;

/// The properties that a combination chooses.
const PROPERTIES: u8 = 6;

/// Rows that contain every combination of any two properties.
const PAIRS: [u8; 6] = [0b00_0000, 0b11_1000, 0b10_0110, 0b01_0101, 0b00_1011, 0b11_1111];

/// Every combination of sheet properties.
pub(super) fn all(base: &Setting) -> Vec<Setting> {
    (0..1 << PROPERTIES).map(|bits| with(base, bits)).collect()
}

/// Sheets that contain every pair of properties.
pub(super) fn pairs(base: &Setting) -> Vec<Setting> {
    PAIRS.into_iter().map(|bits| with(base, bits)).collect()
}

fn with(base: &Setting, bits: u8) -> Setting {
    let mut setting = base.clone();
    let lacks = |bit: u8| bits & (1 << bit) != 0;
    let sheet = &mut setting.sheet;
    sheet.listing = Ability::from(!lacks(0));
    sheet.switching = Ability::from(!lacks(1));
    sheet.chooser = if lacks(2) { Chooser::Us } else { Chooser::Issuer };
    sheet.vault = if lacks(3) { Fencing::Unfenced } else { Fencing::Fenced };
    sheet.addressing = if lacks(4) { Addressing::Again } else { Addressing::Once };
    sheet.sessions = Ability::from(lacks(5));
    let words = [(0, "no list"), (1, "no switch"), (2, "we choose"), (3, "unfenced"), (4, "slots"), (5, "sessions")];
    let words: Vec<&str> = words.into_iter().filter(|(bit, _)| lacks(*bit)).map(|(_, word)| word).collect();
    setting.name = format!("{}: {}", base.name, if words.is_empty() { "plain".to_owned() } else { words.join(", ") });
    setting
}

#[test]
fn the_rows_contain_every_pair() {
    for (one, other) in (0..PROPERTIES).flat_map(|one| (0..one).map(move |other| (one, other))) {
        let mut seen: Vec<u8> = PAIRS.iter().map(|row| (row >> one & 1) * 2 + (row >> other & 1)).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 4, "properties {one} and {other}");
    }
}
