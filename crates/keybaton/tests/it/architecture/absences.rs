//! What is not there: the right column of the table in ARCHITECTURE.md.

use super::house;

/// A row: in these packages none of these texts may stand in the code, because of what it would mean.
type Absence = (&'static [&'static str], &'static [&'static str], &'static str);

const ABSENT: [Absence; 6] = [
    (
        &["keybaton-core"],
        &["async fn", ".await", "tokio", "Instant::now", "SystemTime"],
        "core waits, or reads a clock",
    ),
    (&["keybaton-core"], &["getrandom", "rand::", "SecretValue", "keybaton_seal"], "core draws, or holds a value"),
    (&["keybaton-connectors"], &["::sleep(", "sleep_until"], "a connector waits"),
    (&["keybaton-store"], &[".expose()"], "the store sees a plaintext"),
    (&["keybaton-engine"], &["sqlx", "keybaton_connectors", "keybaton_config"], "the engine knows SQL or a connector"),
    (&["keybaton-store", "keybaton-connectors"], &["advisory_lock", "GET_LOCK("], "a lock is held in a session"),
];

/// The lines of a file that are code: neither comment nor documentation.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[test]
fn what_must_be_absent_is_absent() {
    let mut found = Vec::new();
    for source in house::shipped() {
        let package = source.path.split('/').nth(1).unwrap();
        for (_, needles, meaning) in ABSENT.iter().filter(|(packages, ..)| packages.contains(&package)) {
            let lines = code(&source.text).filter(|(_, line)| needles.iter().any(|needle| line.contains(needle)));
            found.extend(lines.map(|(no, _)| format!("{}:{}: {meaning}", source.path, no + 1)));
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_test_kit_is_used_from_tests_only() {
    let users = house::shipped().into_iter().filter(|source| {
        !source.path.starts_with("crates/keybaton-testkit/") && source.text.contains("keybaton_testkit")
    });
    assert_eq!(users.map(|source| source.path).collect::<Vec<_>>(), Vec::<String>::new());
}
