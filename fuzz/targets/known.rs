//! Any bytes as a file of fingerprints, and any change of a real one: it is taken whole or not at all.
#![no_main]

use std::sync::OnceLock;

use keybaton_scan::known::{Holder, Known, Recorder};
use keybaton_seal::{MasterKey, RecognitionKey, SecretValue};
use keybaton_types::Installation;
use libfuzzer_sys::fuzz_target;

static FILE: OnceLock<Vec<u8>> = OnceLock::new();

fn file() -> &'static [u8] {
    FILE.get_or_init(|| {
        let (master, installation) = (MasterKey::generate().expect("randomness"), Installation("fuzz01".to_owned()));
        let key = RecognitionKey::new(&master, &installation).expect("a key");
        let mut recorder = Recorder::new(&key).expect("a recorder");
        let holder = Holder { secret: "payments/prod".parse().expect("a name"), version: 1, valid: true };
        let value = SecretValue::from_text("q7Rk2ZpX9vLm4TsW8nYbJc3H".to_owned()).expect("a value");
        recorder.record(&holder, &value, None).expect("a record");
        let document = recorder.document(&key, &installation, "2026-01-01T00:00:00Z".to_owned()).expect("a document");
        serde_json::to_vec(&document).expect("a text")
    })
}

fuzz_target!(|bytes: &[u8]| {
    assert!(Known::read(bytes).is_err(), "nobody wrote this");
    let mut changed = file().to_vec();
    for pair in bytes.chunks_exact(2) {
        let place = usize::from(pair[0]) * 2 % changed.len();
        changed[place] ^= pair[1];
    }
    match Known::read(changed.as_slice()) {
        Ok(known) => {
            assert_eq!(known.len(), 1);
            known.each(bytes, &mut |_, _| panic!("a value that nobody knows is there"));
        }
        Err(error) => assert!(changed != file(), "{error}"),
    }
});
