//! Sealing and opening, and everything that must not open.

use keybaton_seal::{Binding, Error, Keyring, MasterKey, Part};
use keybaton_types::{CredentialNo, Installation, Sealed, SecretId};
use proptest::prelude::*;

use crate::house::{House, plain, refused, value};

/// The bytes of a sealed value from the commitment on; what comes before is the header and the wrapped key.
const COMMITMENT: usize = 1 + 1 + 4 + 5 + 16 + 60;
const PAYLOAD: usize = COMMITMENT + 32;

#[test]
fn what_is_sealed_opens_in_its_own_place() {
    let house = House::new();
    for text in ["hunter2", "", "postgres://a:b@db/app", &"x".repeat(64 * 1024)] {
        let sealed = house.keyring.seal(&value(text), &house.binding()).unwrap();
        assert_eq!(plain(&house.keyring.open(&sealed, &house.binding()).unwrap()), text.as_bytes());
    }
}

#[test]
fn two_seals_of_one_value_share_nothing_that_depends_on_the_value() {
    let house = House::new();
    let [a, b] = [(); 2].map(|()| house.keyring.seal(&value("hunter2"), &house.binding()).unwrap());
    assert_ne!(a.0[COMMITMENT..PAYLOAD], b.0[COMMITMENT..PAYLOAD]);
    assert_ne!(a.0[PAYLOAD..], b.0[PAYLOAD..]);
}

#[test]
fn the_plaintext_is_not_in_the_sealed_bytes() {
    let house = House::new();
    let sealed = house.keyring.seal(&value("hunter2hunter2"), &house.binding()).unwrap();
    assert!(!sealed.0.windows(7).any(|window| window == b"hunter2"));
}

#[test]
fn a_value_opens_under_no_other_installation_secret_environment_credential_or_part() {
    let house = House::new();
    let own = house.binding();
    let sealed = house.keyring.seal(&value("hunter2"), &own).unwrap();
    let installation = Installation("zzzzzz".to_owned());
    let [secret, env]: [SecretId; 2] = ["refunds/prod", "payments/staging"].map(|name| name.parse().unwrap());
    let others = [
        Binding { installation: &installation, ..own },
        Binding { secret: &secret, ..own },
        Binding { secret: &env, ..own },
        Binding { credential: CredentialNo(2), ..own },
        Binding { part: Part::Rendering, ..own },
    ];
    for other in others {
        assert!(matches!(refused(house.keyring.open(&sealed, &other)), Error::Foreign), "{other:?}");
        assert!(matches!(refused(house.keyring.rewrap(&sealed, &house.keyring, &other)), Error::Foreign), "{other:?}");
    }
}

#[test]
fn a_value_of_another_installation_under_the_same_master_key_is_foreign() {
    let house = House::new();
    let elsewhere = Keyring::new(&house.master, &Installation("zzzzzz".to_owned())).unwrap();
    let sealed = elsewhere.seal(&value("hunter2"), &house.binding()).unwrap();
    assert!(matches!(refused(house.keyring.open(&sealed, &house.binding())), Error::Foreign));
}

#[test]
fn every_changed_byte_is_noticed() {
    let house = House::new();
    let sealed = house.keyring.seal(&value("hunter2"), &house.binding()).unwrap();
    for (at, bit) in (0..sealed.0.len()).flat_map(|at| [0x01, 0x80, 0xff].map(|bit| (at, bit))) {
        let mut other = sealed.clone();
        other.0[at] ^= bit;
        let error = refused(house.keyring.open(&other, &house.binding()));
        let expected = match at {
            0 => matches!(error, Error::UnknownFormat(_)),
            1 => matches!(error, Error::UnknownAlgorithm(_)),
            2..6 => matches!(error, Error::Truncated { .. }),
            6..11 => matches!(error, Error::UnknownKey { .. }),
            11..27 => matches!(error, Error::Foreign),
            27..COMMITMENT => matches!(error, Error::Tampered),
            COMMITMENT..PAYLOAD => matches!(error, Error::Uncommitted),
            _ => matches!(error, Error::Tampered),
        };
        assert!(expected, "byte {at} changed by {bit:#x}: {error}");
    }
}

#[test]
fn every_missing_and_every_added_end_is_noticed() {
    let house = House::new();
    let sealed = house.keyring.seal(&value("hunter2"), &house.binding()).unwrap();
    for end in 0..sealed.0.len() {
        let error = refused(house.keyring.open(&Sealed(sealed.0[..end].to_vec()), &house.binding()));
        assert!(matches!(error, Error::Truncated { found, .. } if found == end as u64), "{end} bytes: {error}");
    }
    let longer = Sealed([&sealed.0[..], b"x"].concat());
    assert!(matches!(refused(house.keyring.open(&longer, &house.binding())), Error::Truncated { .. }));
}

#[test]
fn the_payload_of_another_record_does_not_open_under_this_ones_key() {
    let house = House::new();
    let [a, b] = ["hunter1", "hunter2"].map(|text| house.keyring.seal(&value(text), &house.binding()).unwrap());
    let [payload, commitment] = [PAYLOAD, COMMITMENT].map(|at| Sealed([&a.0[..at], &b.0[at..]].concat()));
    assert!(matches!(refused(house.keyring.open(&payload, &house.binding())), Error::Tampered));
    assert!(matches!(refused(house.keyring.open(&commitment, &house.binding())), Error::Uncommitted));
}

#[test]
fn a_wrong_master_key_is_named() {
    let house = House::new();
    let sealed = house.keyring.seal(&value("hunter2"), &house.binding()).unwrap();
    let other = Keyring::new(&MasterKey::generate().unwrap(), &house.installation).unwrap();
    let error = refused(other.open(&sealed, &house.binding()));
    let (right, wrong) = (house.keyring.id(), other.id());
    assert_eq!(
        error.to_string(),
        format!("wrong master key: the value was sealed under key {right}, at hand is {wrong}")
    );
}

proptest! {
    #[test]
    fn any_value_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..300), no in any::<u64>()) {
        let house = House::new();
        let binding = Binding { credential: CredentialNo(no), ..house.binding() };
        let sealed = house.keyring.seal(&keybaton_seal::SecretValue::new(bytes.clone()).unwrap(), &binding).unwrap();
        let opened = house.keyring.open(&sealed, &binding).unwrap();
        prop_assert_eq!(plain(&opened), bytes);
    }

    #[test]
    fn no_rubbish_opens(rubbish in prop::collection::vec(any::<u8>(), 0..300), sound_start in any::<bool>()) {
        let house = House::new();
        let mut rubbish = rubbish;
        if let (true, Some((start, rest))) = (sound_start, rubbish.split_first_chunk_mut::<6>()) {
            let length = u32::try_from(rest.len()).unwrap().saturating_sub(5 + 16 + 60 + 32 + 28);
            let [a, b, c, d] = length.to_be_bytes();
            *start = [1, 1, a, b, c, d];
        }
        prop_assert!(house.keyring.open(&Sealed(rubbish), &house.binding()).is_err());
    }
}
