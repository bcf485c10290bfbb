//! The examples in the rule files. Each is written in parts, so that nobody's scanner takes the file for a leak.

use std::fs;

use keybaton_scan::{Hit, Rules, Scanner, Text, Verdict};
use toml::{Table, Value};

fn joined(examples: Option<&Value>) -> Vec<String> {
    let examples = examples.and_then(Value::as_array).unwrap();
    examples.iter().map(|parts| parts.as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect()).collect()
}

/// How a rule sees an example where its words allow it to.
fn seen(rule: &Value, example: &str) -> Option<Verdict> {
    let rules = Rules::built_in();
    let near = rule.get("near").and_then(Value::as_array).and_then(|words| words[0].as_str());
    let text =
        near.map_or_else(|| example.to_owned(), |word| format!("{}_api_secret = '{example}'", word.trim_matches('_')));
    let mut verdict = None;
    Scanner::new(&rules).scan(&Text::new(text.as_bytes()), &mut |hit: Hit<'_>| {
        if Some(&*hit.rule.id) == rule["id"].as_str() {
            verdict = Some(hit.verdict);
        }
    });
    verdict
}

#[test]
fn every_rule_takes_its_examples_and_refuses_the_others() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let file: Table = fs::read_to_string(&path).unwrap().parse().unwrap();
        for rule in file["rule"].as_array().unwrap() {
            let id = rule["id"].as_str().unwrap();
            let proves = rule.get("checksum").is_some_and(|kind| kind.as_str() != Some("json-web-token"));
            let wanted = if proves { Verdict::Proven } else { Verdict::Likely };
            let (yes, no) = (joined(rule.get("yes")), joined(rule.get("no")));
            assert!(!yes.is_empty() && !no.is_empty(), "{id} has no examples");
            wrong.extend(
                yes.iter().filter(|text| seen(rule, text) != Some(wanted)).map(|text| format!("{id}: not {text}")),
            );
            wrong.extend(no.iter().filter(|text| seen(rule, text).is_some()).map(|text| format!("{id}: took {text}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_rule_files_are_no_leak() {
    let rules = Rules::built_in();
    let mut scanner = Scanner::new(&rules);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read(&path).unwrap();
        scanner.scan(&Text::new(&text).at(b"rules/a.toml"), &mut |hit| {
            panic!("{}:{}: {}", path.display(), hit.line, hit.rule.id);
        });
    }
}

#[test]
fn every_rule_has_a_name_of_its_own() {
    let rules = Rules::built_in();
    let mut ids: Vec<_> = rules.iter().map(|rule| rule.id.clone()).collect();
    let all = ids.len();
    ids.sort();
    ids.dedup();
    assert!(ids.len() == all && all > 140, "{all} rules");
}

#[test]
fn the_rule_for_our_own_tokens_and_their_parser_agree() {
    let head = ["kb", "t_", "3qP8fZ0nXr5TgYcV1sLmWdKjUhB7oEa2RvIxQ6tNyGpC4"].concat();
    let head = &head[..keybaton_types::TOKEN_LENGTH - 6];
    let token = head.to_owned() + std::str::from_utf8(&keybaton_types::token_checksum(head.as_bytes())).unwrap();
    assert!(keybaton_types::is_token(token.as_bytes()));
    let (rules, mut seen) = (Rules::built_in(), Vec::new());
    Scanner::new(&rules).scan(&Text::new(token.as_bytes()), &mut |hit| seen.push((hit.rule.id.clone(), hit.verdict)));
    assert_eq!(seen, [("keybaton-token".into(), Verdict::Proven)]);
}
