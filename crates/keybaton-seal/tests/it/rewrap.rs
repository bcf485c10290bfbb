//! A new master key: data keys are wrapped anew, payloads stay.

use keybaton_seal::{Error, Keyring, MasterKey};

use crate::house::{House, plain, refused, value};

/// Where the commitment begins: from there on a sealed value never changes.
const COMMITMENT: usize = 1 + 1 + 4 + 5 + 16 + 60;

#[test]
fn a_new_master_key_leaves_commitment_and_payload_as_they_are() {
    let house = House::new();
    let old = house.keyring.seal(&value("hunter2"), &house.binding()).unwrap();
    let new_keyring = Keyring::new(&MasterKey::generate().unwrap(), &house.installation).unwrap();
    let new = new_keyring.rewrap(&old, &house.keyring, &house.binding()).unwrap();
    assert_eq!(new.0[COMMITMENT..], old.0[COMMITMENT..]);
    assert_ne!(new.0[..COMMITMENT], old.0[..COMMITMENT]);
    assert_eq!(Keyring::kek_id(&old).unwrap(), house.keyring.id());
    assert_eq!(Keyring::kek_id(&new).unwrap(), new_keyring.id());
    assert_eq!(plain(&new_keyring.open(&new, &house.binding()).unwrap()), b"hunter2");
    assert!(matches!(refused(house.keyring.open(&new, &house.binding())), Error::UnknownKey { .. }));
}

#[test]
fn a_keyring_reads_old_keys_while_it_writes_with_the_new_one() {
    let house = House::new();
    let old = house.keyring.seal(&value("hunter2"), &house.binding()).unwrap();
    let both = Keyring::new(&MasterKey::generate().unwrap(), &house.installation);
    let both = both.unwrap().reading(&house.master).unwrap();
    assert_eq!(plain(&both.open(&old, &house.binding()).unwrap()), b"hunter2");
    let new = both.rewrap(&old, &both, &house.binding()).unwrap();
    assert_eq!(Keyring::kek_id(&new).unwrap(), both.id());
    assert_eq!(plain(&both.open(&new, &house.binding()).unwrap()), b"hunter2");
}

#[test]
fn a_damaged_value_is_not_wrapped_anew() {
    let house = House::new();
    let mut sealed = house.keyring.seal(&value("hunter2"), &house.binding()).unwrap();
    sealed.0[COMMITMENT] ^= 1;
    let error = refused(house.keyring.rewrap(&sealed, &house.keyring, &house.binding()));
    assert!(matches!(error, Error::Uncommitted));
}

#[test]
fn every_key_at_hand_is_named_when_none_fits() {
    let house = House::new();
    let stranger = House::new().keyring.seal(&value("hunter2"), &house.binding()).unwrap();
    let older = MasterKey::generate().unwrap();
    let keyring = Keyring::new(&house.master, &house.installation).unwrap().reading(&older).unwrap();
    let text = refused(keyring.open(&stranger, &house.binding())).to_string();
    assert!(text.ends_with(&format!("at hand is {}, {}", keyring.id(), older.id().unwrap())), "{text}");
}
