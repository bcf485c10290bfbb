//! Rules and exceptions of a team.

use keybaton_scan::{
    Rules, Scanner, Text,
    team::{BuiltIn, Config},
};
use proptest::prelude::*;

const OWN: &str = r#"
[extend]
useDefault = true
disabledRules = ["token"]

[[rules]]
id = "acme"
description = "Acme key"
regex = '''acme[-_]([a-f0-9]{12})\b'''
keywords = ["ACME"]
entropy = 2.0
[rules.allowlist]
stopwords = ["dead"]

[[rules]]
id = "dump"
path = '''\.dump$'''

[[allowlists]]
condition = "AND"
paths = ['''^vendor/''']
regexes = ['''vendored''']
regexTarget = "line"

[allowlist]
commits = ["ABCDEF"]
paths = ['''^third_party/''']
"#;

fn hits(config: &str, path: &str, text: &str) -> Vec<(String, String)> {
    let rules = Rules::built_in().with(Config::parse(config, "own.toml").unwrap());
    let mut hits = Vec::new();
    Scanner::new(&rules).scan(&Text::new(text.as_bytes()).at(path.as_bytes()), &mut |hit| {
        hits.push((hit.rule.id.to_string(), text[hit.range()].to_owned()));
    });
    hits
}

fn pair(rule: &str, value: &str) -> (String, String) {
    (rule.to_owned(), value.to_owned())
}

#[test]
fn a_rule_of_a_team_tells_its_group_beside_the_rules_of_the_house() {
    let text = "x = acme-0123456789ab\ny = acme-aaaaaaaaaaaa\nz = acme-dead56789abc\npassword = 'Kx92kdls!q'\n";
    assert_eq!(hits(OWN, "a.py", text), [pair("acme", "0123456789ab"), pair("password", "Kx92kdls!q")]);
    assert_eq!(hits(OWN, "a.dump", "first\nsecond"), [pair("dump", "first")]);
}

#[test]
fn lists_allow_by_path_and_by_all_of_their_conditions() {
    let text = "password = 'Kx92kdls!q' # vendored\n";
    assert_eq!(hits(OWN, "third_party/a.py", text), []);
    assert_eq!(hits(OWN, "vendor/a.py", text), []);
    assert_eq!(hits(OWN, "src/a.py", text).len(), 1);
    assert_eq!(hits(OWN, "vendor/a.py", &text.replace("vendored", "ours")).len(), 1);
    let config = Config::parse(OWN, "own.toml").unwrap();
    assert!(config.allows_commit("abcdef") && !config.allows_commit("abc"));
}

#[test]
fn a_configuration_without_the_default_stands_alone_and_can_extend_another() {
    let own = "[extend]\npath = 'base.toml'\n[[rules]]\nid = 'a'\nregex = 'aa(b+)'\n";
    let config = Config::parse(own, "own.toml").unwrap();
    assert_eq!((config.extends(), config.built_in()), (Some("base.toml"), BuiltIn::Dropped));
    assert_eq!(hits(own, "a.py", "aabb password = 'Kx92kdls!q'"), [pair("a", "bb")]);
    let config = config.extend(Config::parse(OWN, "base.toml").unwrap());
    assert_eq!((config.extends(), config.built_in()), (None, BuiltIn::Kept));
    assert!(config.disables("token"));
}

#[test]
fn a_broken_rule_is_named_by_file_line_and_column() {
    let said = |text: &str| Config::parse(text, "own.toml").unwrap_err().to_string();
    assert_eq!(said("[[rules]]\nid = 'a'\nregex = '''ab(c'''\n"), "own.toml:3:14: unclosed group");
    assert_eq!(said("[[rules]]\nid = 'a'\n"), "own.toml:2:6: a rule needs `regex` or `path`");
    assert!(said("[[rules]]\nid = \n").starts_with("own.toml:2:"));
    assert!(said("rules = 3\n").starts_with("own.toml:1:9: "), "{}", said("rules = 3\n"));
}

proptest! {
    #[test]
    fn any_text_is_a_configuration_or_a_broken_one(text in "([a-z\\[\\]= '\"{}.\n(]|rules|regex|allowlist|extend){0,40}") {
        if let Err(broken) = Config::parse(&text, "own.toml") {
            prop_assert!(broken.line >= 1 && broken.column >= 1);
        }
    }

    #[test]
    fn any_text_is_a_shape_or_an_error_within_it(text in "([a-z0-9'{}(|)!^/, \\[\\]-]|alnum|hex){0,30}") {
        if let Err(error) = keybaton_scan::shape::parse(&text) {
            prop_assert!(error.at <= text.len());
        }
    }
}
