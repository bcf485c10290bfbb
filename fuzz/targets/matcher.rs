//! Any bytes as a text: a scan ends in time in proportion to them, every hit lies inside, and what is redacted is gone.
#![no_main]

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use keybaton_scan::{
    Rules, Scanner, Text,
    known::{Holder, Known, Recorder},
    redact,
};
use keybaton_seal::{MasterKey, RecognitionKey, SecretValue};
use keybaton_types::Installation;
use libfuzzer_sys::fuzz_target;

/// A managed key, with signs that are escaped in other texts.
const MANAGED: &str = "mW9/tQ2+kX7vZp4LrN8sHc3Yb/u=";

static RULES: OnceLock<Rules> = OnceLock::new();

fn rules() -> &'static Rules {
    RULES.get_or_init(|| {
        let master = MasterKey::generate().expect("randomness");
        let key = RecognitionKey::new(&master, &Installation("fuzz01".to_owned())).expect("a key");
        let mut recorder = Recorder::new(&key).expect("a recorder");
        let holder = Holder { secret: "payments/prod".parse().expect("a name"), version: 1, valid: true };
        let value = SecretValue::from_text(MANAGED.to_owned()).expect("a value");
        assert_eq!(recorder.record(&holder, &value, None).expect("a record"), None);
        Rules::built_in().knowing(Known::new(&key, &recorder.entries()).expect("entries"))
    })
}

fuzz_target!(|bytes: &[u8]| {
    let rules = rules();
    let begun = Instant::now();
    let (mut last, mut managed) = (0, 0);
    Scanner::strict(rules).scan(&Text::new(bytes), &mut |hit| {
        assert!(last <= hit.start && hit.start < hit.end && hit.end <= bytes.len(), "{hit:?}");
        assert!(hit.line >= 1 && hit.column >= 1 && hit.line <= hit.last_line);
        last = hit.start;
        managed += usize::from(hit.managed.is_some());
    });
    let (clean, count) = redact(rules, bytes);
    assert!(begun.elapsed() < Duration::from_secs(5), "{} bytes take too long", bytes.len());
    assert!(count > 0 || clean == bytes, "something else than a hit was changed");
    assert!(managed <= count);
    // a key of ours between two lines is found, whatever stands around it, and gone once redacted
    let mut text = bytes.to_vec();
    text.extend_from_slice(format!("\n{MANAGED}\n").as_bytes());
    let mut seen = 0;
    Scanner::strict(rules).scan(&Text::new(&text), &mut |hit| seen += usize::from(hit.managed.is_some()));
    assert!(seen > 0, "the managed key is not found");
    // one that is glued to other letters is none, so only that line is looked at
    let (clean, _) = redact(rules, &text);
    assert!(!clean.ends_with(format!("\n{MANAGED}\n").as_bytes()), "it is still there");
});
