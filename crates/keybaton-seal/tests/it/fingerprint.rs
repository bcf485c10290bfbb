//! Fingerprints.

use keybaton_seal::{Fingerprinter, Keyring, MasterKey};
use keybaton_types::{Fingerprint, Installation};

use crate::house::{House, value};

#[test]
fn equal_values_have_equal_fingerprints_and_others_do_not() {
    let house = House::new();
    let own = house.keyring.fingerprint(&value("hunter2")).unwrap();
    assert_eq!(own, house.keyring.fingerprint(&value("hunter2")).unwrap());
    assert_ne!(own, house.keyring.fingerprint(&value("hunter3")).unwrap());
    assert_eq!(own, Fingerprinter::new(&house.master, &house.installation).unwrap().of(&value("hunter2")).unwrap());
    assert!(own.0.len() == 32 && own.0.bytes().all(|byte| byte.is_ascii_hexdigit()), "{own}");
}

#[test]
fn the_same_value_has_another_fingerprint_in_another_installation_and_under_another_key() {
    let house = House::new();
    let own = house.keyring.fingerprint(&value("hunter2")).unwrap();
    let elsewhere = Keyring::new(&house.master, &Installation("zzzzzz".to_owned())).unwrap();
    assert_ne!(own, elsewhere.fingerprint(&value("hunter2")).unwrap());
    let other = Keyring::new(&MasterKey::generate().unwrap(), &house.installation).unwrap();
    assert_ne!(own, other.fingerprint(&value("hunter2")).unwrap());
}

#[test]
fn a_stored_fingerprint_still_matches_after_the_master_key_changed() {
    let house = House::new();
    let stored = house.keyring.fingerprint(&value("hunter2")).unwrap();
    let new = Keyring::new(&MasterKey::generate().unwrap(), &house.installation).unwrap();
    assert!(!new.matches(&value("hunter2"), &stored).unwrap());
    let both = new.reading(&house.master).unwrap();
    assert!(both.matches(&value("hunter2"), &stored).unwrap());
    assert!(!both.matches(&value("hunter3"), &stored).unwrap());
    assert!(!both.matches(&value("hunter2"), &Fingerprint(String::new())).unwrap());
}
