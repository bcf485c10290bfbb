//! Managed keys: found wherever they stand, in any usual encoding, by fingerprints alone.

use std::fmt::Write as _;

use data_encoding::BASE64;
use keybaton_scan::{
    FindingKey, Hit, Ignored, LineRanges, Rules, Scanner, Text, Verdict,
    known::{Holder, Known, KnownError, Recorder, Unfit},
    redact,
};
use keybaton_seal::{Fingerprinter, MasterKey, RecognitionKey, SecretValue};
use keybaton_types::{Installation, document::KnownKeys};

/// Letters and digits, as a database's password is drawn.
const DRAWN: &str = "q7Rk2ZpX9vLm4TsW8nYbJc3H";
/// With signs that URLs and JSON escape.
const SIGNED: &str = "mW9/tQ2+kX7vZp4LrN8sHc3Yb/u=";

fn key() -> RecognitionKey {
    RecognitionKey::new(&MasterKey::generate().unwrap(), &installation()).unwrap()
}

fn installation() -> Installation {
    Installation("abc123".to_owned())
}

fn value(text: &str) -> SecretValue {
    SecretValue::from_text(text.to_owned()).unwrap()
}

fn holder(secret: &str, version: u64, valid: bool) -> Holder {
    Holder { secret: secret.parse().unwrap(), version, valid }
}

fn document(key: &RecognitionKey, values: &[(&str, &str, bool)]) -> KnownKeys {
    let mut recorder = Recorder::new(key).unwrap();
    for ((secret, text, valid), version) in values.iter().zip(1..) {
        assert_eq!(recorder.record(&holder(secret, version, *valid), &value(text), None).unwrap(), None, "{secret}");
    }
    recorder.document(key, &installation(), "2026-01-01T00:00:00Z".to_owned()).unwrap()
}

fn known(values: &[(&str, &str, bool)]) -> Known {
    let text = serde_json::to_vec(&document(&key(), values)).unwrap();
    Known::read(text.as_slice()).unwrap()
}

fn rules() -> Rules {
    Rules::built_in().knowing(known(&[("payments/prod", DRAWN, true), ("mail/prod", SIGNED, false)]))
}

/// The secrets of the managed hits of a text, with what stands there.
fn managed<'t>(rules: &Rules, text: &'t str) -> Vec<(String, &'t str)> {
    let mut seen = Vec::new();
    Scanner::new(rules).scan(&Text::new(text.as_bytes()), &mut |hit| {
        seen.extend(hit.managed.map(|key| (key.secret.clone(), &text[hit.range()])));
    });
    seen
}

#[test]
fn a_managed_key_is_found_wherever_it_stands() {
    let rules = rules();
    for (before, after) in [
        ("", ""),
        ("let x = f(\"", "\");"),
        ("postgres://app:", "@db.example/app"),
        ("env: {\"a\": \"x\\n", "\\n\"}"),
        ("?key%3D", "%26b=1"),
        ("<b>", "</b>"),
        ("one two ", " three"),
        ("PREFIX_", "_suffix"),
        ("\r\n", "\r\n"),
    ] {
        for (secret, text) in [("payments", DRAWN), ("mail", SIGNED)] {
            let whole = format!("{before}{text}{after}");
            assert!(managed(&rules, &whole).contains(&(secret.to_owned(), text)), "{whole}");
        }
    }
}

#[test]
fn it_is_found_in_base_64_and_escaped_for_urls_and_json() {
    let rules = rules();
    let percent = SIGNED.replace('/', "%2F").replace('+', "%2b").replace('=', "%3D");
    let json = SIGNED.replace('/', "\\/").replace('=', "\\u003d");
    for (secret, whole, there) in [
        ("mail", format!("curl 'https://api.example/?a=1&token={percent}&b=2'"), percent.as_str()),
        ("mail", format!("{{\"token\":\"{json}\",\"b\":2}}"), json.as_str()),
        ("payments", format!("data:\n  key: {}\n", BASE64.encode(DRAWN.as_bytes())), ""),
        ("payments", format!("Authorization: Basic {}", BASE64.encode(format!("app:{DRAWN}").as_bytes())), ""),
        (
            "mail",
            format!("url=https://host.example/x/{}", BASE64.encode(format!("{{\"k\":\"{SIGNED}\"}}").as_bytes())),
            "",
        ),
    ] {
        let seen = managed(&rules, &whole);
        assert!(seen.iter().any(|(name, at)| name == secret && at.contains(there)), "{whole} {seen:?}");
    }
}

#[test]
fn nothing_else_is_one() {
    let rules = rules();
    let changed = DRAWN.replace('q', "r");
    for text in
        [changed.as_str(), &DRAWN[1..], &format!("x{DRAWN}"), &format!("{DRAWN}9"), &BASE64.encode(changed.as_bytes())]
    {
        assert_eq!(managed(&rules, text), [], "{text}");
    }
    let mut noise = String::new();
    for no in 0..40_000_u64 {
        let drawn = no.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(23).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        write!(noise, "{drawn:024x} {}{} ", BASE64.encode(format!("{drawn:018}").as_bytes()), no).unwrap();
    }
    assert_eq!(managed(&rules, &noise), []);
}

#[test]
fn a_hit_says_which_key_it_is_and_keeps_the_rule_that_saw_it_too() {
    let rules = rules();
    let text = format!("db_password = '{DRAWN}'\nplain {SIGNED}\n");
    let text = Text::new(text.as_bytes());
    let mut findings = Vec::new();
    let key = FindingKey::new(Fingerprinter::public());
    Scanner::new(&rules).scan(&text, &mut |hit: Hit<'_>| {
        assert_eq!(hit.verdict, Verdict::Proven);
        findings.push(key.finding(&hit, &text).unwrap());
    });
    let told: Vec<_> =
        findings.iter().map(|finding| (finding.rule.as_str(), finding.managed.clone().unwrap())).collect();
    assert_eq!(
        (told[0].0, told[0].1.secret.as_str(), told[0].1.version, told[0].1.valid),
        ("password", "payments", 1, true)
    );
    assert_eq!(
        (told[1].0, told[1].1.env.as_str(), told[1].1.version, told[1].1.valid),
        ("managed-key", "prod", 2, false)
    );
    assert!(rules.get("managed-key").is_some());
}

#[test]
fn a_value_that_two_secrets_hold_is_told_for_both() {
    let rules = Rules::built_in().knowing(known(&[("a/prod", DRAWN, false), ("b/prod", DRAWN, true)]));
    let names: Vec<_> = managed(&rules, DRAWN).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["b", "a"], "the one that works comes first");
    let text = format!("x {DRAWN} y");
    assert_eq!(redact(&rules, text.as_bytes()), (b"x ******** y".to_vec(), 1));
}

#[test]
fn nobody_allows_a_key_that_still_works() {
    let rules = rules();
    let key = FindingKey::new(Fingerprinter::public());
    let text = format!("{DRAWN} # keybaton:allow\n{SIGNED} # gitleaks:allow\n");
    let text = Text::new(text.as_bytes()).at(b"a.py");
    let mut findings = Vec::new();
    Scanner::new(&rules).scan(&text, &mut |hit| findings.push(key.finding(&hit, &text).unwrap()));
    assert_eq!(findings.len(), 1, "the comment allows the one that is over");
    assert_eq!(findings[0].line, 1);
    assert!(!Ignored::parse("a.py:managed-key:1").holds(&findings[0]));
}

#[test]
fn only_lines_that_count_are_told() {
    let (rules, lines) = (rules(), LineRanges::new([2..=2]));
    let text = format!("{DRAWN}\n{DRAWN}\n{DRAWN}\n");
    let mut seen = Vec::new();
    Scanner::new(&rules).scan(&Text::new(text.as_bytes()).only(&lines), &mut |hit| seen.push(hit.line));
    assert_eq!(seen, [2]);
}

#[test]
fn a_value_that_can_be_guessed_is_not_recorded() {
    let key = key();
    let mut recorder = Recorder::new(&key).unwrap();
    let mut record = |text: &str| recorder.record(&holder("a/prod", 1, true), &value(text), None).unwrap();
    assert_eq!(record("hunter2hunter2"), Some(Unfit::Weak));
    assert_eq!(record("postgres://app:hunter2@q7Rk2ZpX9vLm4TsW8nYbJc3H.example/app"), Some(Unfit::Weak));
    assert_eq!(record(&DRAWN.replace('R', "ß")), Some(Unfit::Form));
    assert_eq!(recorder.entries(), []);
}

#[test]
fn a_rendering_is_recorded_where_the_value_in_it_would_not_be_seen() {
    let key = key();
    let mut recorder = Recorder::new(&key).unwrap();
    let glued = format!("key=app7{DRAWN}x");
    recorder.record(&holder("a/prod", 1, true), &value(DRAWN), Some(&value(&glued))).unwrap();
    recorder.record(&holder("b/prod", 1, true), &value(SIGNED), Some(&value(&format!("u:{SIGNED}")))).unwrap();
    let document = recorder.document(&key, &installation(), String::new()).unwrap();
    assert_eq!(document.entries.iter().map(|entry| entry.secret.as_str()).collect::<Vec<_>>(), ["a", "a", "b"]);
    let rules = Rules::built_in().knowing(Known::new(&key, &document.entries).unwrap());
    assert_eq!(managed(&rules, &glued), [("a".to_owned(), &*format!("app7{DRAWN}x"))]);
}

#[test]
fn a_file_of_fingerprints_holds_no_value_and_is_taken_whole_or_not_at_all() {
    let key = key();
    let good = document(&key, &[("payments/prod", DRAWN, true), ("mail/prod", SIGNED, false)]);
    let text = serde_json::to_string(&good).unwrap();
    for part in [DRAWN, SIGNED, &DRAWN[..8], &SIGNED[..8]] {
        assert!(!text.contains(part));
    }
    let read = |text: &str| Known::read(text.as_bytes());
    assert_eq!(read(&text).unwrap().len(), 2);
    assert!(matches!(read(""), Err(KnownError::Form(_))));
    assert!(matches!(read(&text[..text.len() / 2]), Err(KnownError::Form(_))));
    assert!(matches!(read(&text.replace("known/v1", "known/v2")), Err(KnownError::Schema(_))));
    assert!(matches!(read(&text.replace("\"valid\":false", "\"valid\":true")), Err(KnownError::Sum)));
    let other = RecognitionKey::new(&MasterKey::generate().unwrap(), &installation()).unwrap();
    assert!(matches!(read(&text.replace(&good.key, &other.to_hex())), Err(KnownError::Sum)), "another key");
    assert!(matches!(read(&text.replace(&good.key, "00")), Err(KnownError::Key(_))));
    let mut odd = Recorder::new(&key).unwrap().document(&key, &installation(), String::new()).unwrap();
    assert!(read(&serde_json::to_string(&odd).unwrap()).unwrap().is_empty());
    odd.made.push('x');
    assert!(matches!(read(&serde_json::to_string(&odd).unwrap()), Err(KnownError::Sum)));
}

#[test]
fn the_time_grows_with_the_length_and_not_with_its_square() {
    let rules = rules();
    for piece in ["a", "+a", "%41", "\\n", "\\u0041", "/+", "QUFB", DRAWN, "%2F", "\"a\\", "_-"] {
        crate::cost::grows_with_the_length(piece, &mut |text| {
            Scanner::new(&rules).scan(&Text::new(text.as_bytes()), &mut |_| {});
        });
    }
}
