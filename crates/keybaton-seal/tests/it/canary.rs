//! No error repeats a value or a part of a master key.

use std::error::Error as _;
use std::fs;

use keybaton_seal::{Alphabet, AuditKey, Error, KeyId, Keyring, MasterKey, SecretValue, draw};
use keybaton_types::Sealed;
use tempfile::TempDir;

use crate::house::{House, refused, value};

const CANARY: &str = "kbm1-canarycanarycanarycanarycanarycanarycanarycanarycanary2";

/// Everything that a log, a panic or a report could show of an error.
fn shown(error: &Error) -> String {
    let cause = error.source().map(|source| format!("{source} {source:?}"));
    format!("{error} {error:?} {error:#?} {}", cause.unwrap_or_default())
}

/// Every failure that has a value or a key in its hands.
fn failures() -> Vec<Error> {
    let house = House::new();
    let binding = house.binding();
    let sealed = house.keyring.seal(&value(CANARY), &binding).unwrap();
    let changed = |at: usize| {
        let mut other = sealed.clone();
        other.0[at] ^= 0x55;
        refused(house.keyring.open(&other, &binding))
    };
    let stranger = Keyring::new(&MasterKey::generate().unwrap(), &house.installation).unwrap();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("master.key");
    MasterKey::create(&path).unwrap();
    fs::write(&path, CANARY).unwrap();
    let mut errors: Vec<Error> = (0..sealed.0.len()).map(changed).collect();
    errors.extend([
        refused(stranger.open(&sealed, &binding)),
        refused(house.keyring.open(&Sealed(CANARY.into()), &binding)),
        refused(SecretValue::from_text(CANARY.repeat(2000))),
        refused(MasterKey::from_text(&value(CANARY))),
        refused(MasterKey::load(&path)),
        refused(draw(&Alphabet::HEX, 0)),
        refused(Alphabet::new(&CANARY.repeat(2))),
        refused(CANARY.parse::<KeyId>()),
        refused(CANARY.parse::<AuditKey>()),
    ]);
    errors
}

#[test]
fn no_error_repeats_a_value() {
    for error in failures() {
        let text = shown(&error);
        assert!(!text.contains("canary"), "a value is repeated in: {error}");
        let bytes = format!("{:?}", b"canary");
        assert!(!text.contains(bytes.trim_matches(['[', ']'])), "a value is repeated as bytes in: {error}");
    }
}
