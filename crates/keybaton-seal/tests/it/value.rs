//! Secret values.

use std::io::{self, Read};

use keybaton_seal::{Error, SecretValue};

use crate::house::{plain, refused, value};

/// Hands out one byte at a time, with interruptions, as a slow pipe may.
struct Trickle<'a>(&'a [u8], bool);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let one = buffer.len().min(1);
        self.0.read(&mut buffer[..one])
    }
}

struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the pipe broke"))
    }
}

#[test]
fn a_value_gives_back_what_it_took() {
    let secret = value("correct horse");
    assert_eq!((plain(&secret), secret.len(), secret.is_empty()), (&b"correct horse"[..], 13, false));
    assert!(value("").is_empty());
}

#[test]
fn a_vector_with_room_to_spare_is_taken_like_any_other() {
    let mut bytes = Vec::with_capacity(1000);
    bytes.extend_from_slice(b"short");
    assert_eq!(plain(&SecretValue::new(bytes).unwrap()), b"short");
}

#[test]
fn reading_drops_exactly_one_trailing_newline() {
    let cases: [(&[u8], &[u8]); 6] =
        [(b"a\n", b"a"), (b"a", b"a"), (b"a\n\n", b"a\n"), (b"\na ", b"\na "), (b"\n", b""), (b"a\r\n", b"a\r")];
    for (given, kept) in cases {
        assert_eq!(plain(&SecretValue::read_from(given).unwrap()), kept, "{given:?}");
    }
}

#[test]
fn a_slow_and_interrupted_source_is_read_to_its_end() {
    assert_eq!(plain(&SecretValue::read_from(Trickle(b"drip drop\n", false)).unwrap()), b"drip drop");
}

#[test]
fn a_broken_source_is_an_error_with_its_cause() {
    assert!(matches!(refused(SecretValue::read_from(Broken)), Error::Read(_)));
}

#[test]
fn the_limit_is_the_last_length_that_is_taken() {
    let full = vec![b'x'; SecretValue::LIMIT];
    assert!(SecretValue::new(full.clone()).is_ok());
    assert!(SecretValue::read_from(&full[..]).is_ok());
    assert!(SecretValue::read_from(&[&full[..], b"\n"].concat()[..]).is_ok());
    let over = vec![b'x'; SecretValue::LIMIT + 1];
    assert!(matches!(refused(SecretValue::new(over.clone())), Error::TooLong { limit: SecretValue::LIMIT }));
    assert!(matches!(refused(SecretValue::read_from(&over[..])), Error::TooLong { .. }));
    assert!(matches!(refused(SecretValue::read_from(io::repeat(b'x'))), Error::TooLong { .. }));
    assert!(matches!(refused(SecretValue::read_from(&[&full[..], b"\n\n"].concat()[..])), Error::TooLong { .. }));
}

#[test]
fn values_and_keyrings_can_be_shared_between_tasks() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<SecretValue>();
    shared::<keybaton_seal::Keyring>();
    shared::<keybaton_seal::Fingerprinter>();
    shared::<keybaton_seal::AuditSigner>();
    shared::<keybaton_seal::MasterKey>();
    shared::<Error>();
}

/// Whether a type implements a trait: an inherent constant, where its bound holds, hides the one of the trait.
macro_rules! implements {
    ($type:ty, $trait:path) => {{
        trait Otherwise {
            const YES: bool = false;
        }
        impl<T> Otherwise for T {}
        struct Asked<T>(std::marker::PhantomData<T>);
        #[expect(dead_code, reason = "used only when the answer is yes")]
        impl<T: $trait> Asked<T> {
            const YES: bool = true;
        }
        <Asked<$type>>::YES
    }};
}

#[test]
fn neither_a_value_nor_a_key_can_be_printed_or_cloned() {
    const ANSWERS: [bool; 6] = [
        implements!(SecretValue, std::fmt::Debug),
        implements!(SecretValue, std::fmt::Display),
        implements!(SecretValue, Clone),
        implements!(keybaton_seal::MasterKey, std::fmt::Debug),
        implements!(keybaton_seal::MasterKey, Clone),
        implements!(keybaton_seal::Keyring, std::fmt::Debug),
    ];
    assert_eq!(ANSWERS, [false; 6]);
}
