//! No text makes the reader panic, and no error repeats a value.

use keybaton_config::{Color, Config, report};
use keybaton_types::Timestamp;
use proptest::prelude::*;

use crate::text::load;

const FULL: &str = include_str!("full.toml");

/// Reads a text and shows everything there is to show about it.
fn exercise(text: &str) {
    match load(text) {
        Ok(config) => shown(&config),
        Err(error) => {
            let _ = (error.to_string(), error.render(Color::Never), error.render(Color::Always));
            assert!(error.hint().is_none_or(|hint| !hint.is_empty()));
        }
    }
}

fn shown(config: &Config) {
    let _ = (report::show(config), report::check(config, Timestamp(1_800_000_000_000_000)));
    for warning in &config.warnings {
        let _ = warning.render(Color::Never);
    }
    for issuer in config.issuers.values() {
        let _ =
            issuer.table.read::<std::collections::BTreeMap<String, u8>>().map_err(|error| error.render(Color::Never));
    }
}

/// What a person at an editor does to a file: puts something in, takes something out, swaps two parts.
fn edited() -> impl Strategy<Value = String> {
    let places: Vec<usize> = FULL.char_indices().map(|(at, _)| at).collect();
    let scraps = prop_oneof![
        Just("\"".to_owned()),
        Just("'''".to_owned()),
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("{".to_owned()),
        Just("]".to_owned()),
        Just("= ".to_owned()),
        Just("#".to_owned()),
        Just("99999999999999999999".to_owned()),
        Just("\"0s\"".to_owned()),
        Just("2027-01-01".to_owned()),
        Just("[secret.payments.env.x]\n".to_owned()),
        "\\PC{0,6}",
    ];
    let edit = (prop::sample::select(places.clone()), prop::sample::select(places), scraps);
    prop::collection::vec(edit, 1..4).prop_map(|edits| {
        edits.into_iter().fold(FULL.to_owned(), |mut text, (at, to, scrap)| {
            let (from, to) = (at.min(to), at.max(to).min(at.min(to) + 30));
            if text.is_char_boundary(from) && text.is_char_boundary(to) && to <= text.len() {
                text.replace_range(from..to, &scrap);
            }
            text
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "(?s).{0,200}") {
        exercise(&text);
    }

    #[test]
    fn any_text_after_a_version_is_read_or_refused(text in "([a-z]{1,7}|[\\[\\]{}.=\"'#\n ,0-9]){0,60}") {
        exercise(&format!("version = 1\n{text}"));
    }

    #[test]
    fn a_file_that_was_edited_is_read_or_refused(text in edited()) {
        exercise(&text);
    }

    #[test]
    fn a_literal_anywhere_in_an_issuer_is_never_repeated(text in edited()) {
        let text = text.replace("ACME_ADMIN_TOKEN", "Zq8canary7");
        if let Err(error) = load(&text) {
            prop_assert!(!error.to_string().contains("Zq8canary7"), "{}", error);
            prop_assert!(!error.render(Color::Never).contains("Zq8canary7"), "{}", error.render(Color::Never));
        }
    }
}

#[test]
fn deep_nesting_is_refused() {
    for open in ["[", "{a="] {
        exercise(&format!("version = 1\na = {}", open.repeat(100_000)));
        exercise(&format!("version = 1\n[issuer.a]\ntype = \"http\"\na = {}", open.repeat(60)));
    }
    exercise(&format!("version = 1\n[{}a]\n", "a.".repeat(100_000)));
}
