//! Drawn values.

use keybaton_seal::{Alphabet, Error, SecretValue, draw, draw_installation, random_u64};
use proptest::prelude::*;

use crate::house::{plain, refused};

#[test]
fn every_character_of_the_alphabet_is_about_equally_likely() {
    for alphabet in [Alphabet::ALPHANUMERIC, Alphabet::LOWERCASE, Alphabet::HEX, Alphabet::new("abc").unwrap()] {
        let drawn = draw(&alphabet, 60_000).unwrap();
        let expected = 60_000 / alphabet.characters().len();
        let mut counts = [0_usize; 256];
        for character in plain(&drawn) {
            counts[usize::from(*character)] += 1;
        }
        for character in alphabet.characters() {
            let count = counts[usize::from(*character)];
            assert!(count.abs_diff(expected) < expected / 4, "{}: {count}, not {expected}", char::from(*character));
        }
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    assert!(matches!(refused(draw(&Alphabet::HEX, 0)), Error::Draw(_)));
    assert!(matches!(refused(draw(&Alphabet::HEX, SecretValue::LIMIT + 1)), Error::TooLong { .. }));
    for text in ["", "a", "aba", "a b", "aä", "a\n"] {
        assert!(matches!(Alphabet::new(text), Err(Error::Draw(_))), "{text:?} was taken");
    }
}

#[test]
fn an_installation_is_six_small_letters_and_digits() {
    let [a, b] = [(); 2].map(|()| draw_installation().unwrap());
    assert!(a.0.len() == 6 && a.0.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{a}");
    assert_ne!(a, b);
}

#[test]
fn numbers_are_not_drawn_twice() {
    assert_ne!(random_u64().unwrap(), random_u64().unwrap());
}

proptest! {
    #[test]
    fn a_drawn_value_has_its_length_and_only_characters_of_its_alphabet(
        characters in prop::collection::btree_set(b'!'..=b'~', 2..94),
        length in 1..500_usize,
    ) {
        let text: String = characters.into_iter().map(char::from).collect();
        let alphabet = Alphabet::new(&text).unwrap();
        let drawn = draw(&alphabet, length).unwrap();
        prop_assert_eq!(drawn.len(), length);
        prop_assert!(plain(&drawn).iter().all(|character| alphabet.characters().contains(character)));
    }
}
