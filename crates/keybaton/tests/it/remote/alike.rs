//! Every command ends the same, prints the same and says the same, whether it works on the state or through a server.

use std::collections::BTreeSet;

use regex::Regex;
use serde_json::Value;

use super::{
    side::{Side, Where},
    table::{LOCAL, READERS, TABLE},
};
use crate::stage::{Ended, Keybaton};

#[tokio::test]
async fn every_command_is_the_same_here_and_through_a_server() {
    let (here, afar) = tokio::join!(walk(Where::Here), walk(Where::Afar));
    assert_eq!(here.len(), afar.len());
    for (here, afar) in here.iter().zip(&afar) {
        let (one, other) = (plain(here), plain(afar));
        assert_eq!(one, other, "\nhere:\n{}\nafar:\n{}", here.transcript(), afar.transcript());
    }
}

async fn walk(place: Where) -> Vec<Ended> {
    let side = Side::start(place).await;
    let mut ended = Vec::new();
    for row in TABLE {
        ended.extend(row.done(&side).await);
    }
    ended
}

#[tokio::test]
async fn no_command_is_missing_from_the_table() {
    let keybaton = Keybaton::new();
    let lines: Vec<&str> =
        TABLE.iter().flat_map(super::table::Row::lines).chain(LOCAL.iter().chain(READERS).copied()).collect();
    let mut commands = listed(&keybaton, "").await;
    for name in commands.clone() {
        let below = listed(&keybaton, &name).await;
        if !below.is_empty() {
            commands.remove(&name);
            commands.extend(below.into_iter().map(|verb| format!("{name} {verb}")));
        }
    }
    assert!(commands.len() > 25, "{commands:?}");
    let has = |command: &String| lines.iter().any(|line| format!("{line} ").starts_with(&format!("{command} ")));
    let missing: Vec<&String> = commands.iter().filter(|command| !has(command)).collect();
    assert!(missing.is_empty(), "remote/table.rs has no line for {missing:?}: is it the same through a server?");
}

/// The commands that a page of help lists.
async fn listed(keybaton: &Keybaton, command: &str) -> BTreeSet<String> {
    let page = keybaton.run(&format!("{command} --help")).await.exits(0).out;
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in page.lines() {
        let heading = line.ends_with(':') && !line.starts_with(' ');
        if heading {
            // The first page has headings of its own; a page of one command has one.
            let first = command.is_empty() && !["Options:", "Examples:"].contains(&line);
            inside = line == "Commands:" || first;
        } else if inside && line.starts_with("  ") && !line.starts_with("   ") {
            names.extend(line.split_whitespace().next().filter(|name| *name != "help").map(str::to_owned));
        }
    }
    names
}

#[tokio::test]
async fn a_command_about_this_machine_refuses_a_server() {
    let keybaton = Keybaton::new();
    for line in LOCAL {
        let ended = keybaton.run(&format!("{line} --server http://127.0.0.1:9")).await.exits(2).explains();
        ended.says(&["does not go through a server", "nothing was done"]);
    }
}

#[tokio::test]
async fn the_variable_alone_does_not_keep_a_command_from_this_machine() {
    let mut keybaton = Keybaton::new();
    keybaton.set("KEYBATON_SERVER", "http://127.0.0.1:9");
    keybaton.run("init").await.exits(0);
    keybaton.run("config check").await.exits(0);
    keybaton.run("status").await.exits(2).says(&["there is no access token"]);
}

/// How a command ended, without what differs between two states.
fn plain(ended: &Ended) -> (Option<i32>, Vec<String>, Vec<String>) {
    (ended.code(), data(&ended.out), words(&ended.err))
}

/// A document without what differs; of rows of the audit only that they are rows.
fn data(out: &str) -> Vec<String> {
    if out.contains("\"schema\":\"keybaton/checkpoint/v1\"") {
        return vec!["a checkpoint".to_owned()];
    }
    if let Ok(document) = serde_json::from_str::<Value>(out) {
        return vec![masked_document(document).to_string()];
    }
    let lines: Vec<Value> = out.lines().map_while(|line| serde_json::from_str(line).ok()).collect();
    if !lines.is_empty() {
        let kinds: BTreeSet<String> = lines.iter().map(|line| line["schema"].to_string()).collect();
        return kinds.into_iter().collect();
    }
    if out.contains(" begun, for ") {
        return vec!["the evidence of a rotation".to_owned()];
    }
    if out.contains(" #1  ") || out.contains("Z  payments/") {
        return vec!["rows of the audit".to_owned()];
    }
    out.lines().map(masked).collect()
}

/// What a failure says, and why.
fn words(err: &str) -> Vec<String> {
    let kept = |line: &&str| ["error:", "  because:", "  safe:", "hint:"].iter().any(|head| line.starts_with(head));
    err.lines().filter(kept).filter(|line| !line.starts_with("hint: go on with")).map(masked).collect()
}

/// What differs between two states, by its key.
const DIFFERENT: &[&str] = &[
    "fingerprint",
    "value",
    "token",
    "engines",
    "by",
    "created",
    "expires",
    "last_used",
    "started",
    "ended",
    "since",
    "until",
    "seconds",
    "rows",
    "checkpoints",
    "key",
];

fn masked_document(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let is_token = map.get("good").is_some();
            let entries = map.into_iter().map(|(key, value)| {
                let differs =
                    DIFFERENT.contains(&key.as_str()) || key.ends_with("_seconds") || (is_token && key == "id");
                let value = if differs && !value.is_null() { Value::from("…") } else { masked_document(value) };
                (key, value)
            });
            // Who drives, and which phases were long enough to be seen, is different every time,
            // nor is the token that works from afar ever used here.
            let told = |key: &str| key != "phases" && key != "driver" && !(is_token && key == "last_used");
            Value::Object(entries.filter(|(key, _)| told(key)).collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(masked_document).collect()),
        Value::String(text) => Value::String(masked(&text)),
        other => other,
    }
}

/// A text without what differs between two states.
fn masked(text: &str) -> String {
    let masks = [
        (r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"),
        (r"(tester \(uid \d+\)|ops \(token [a-z0-9]{8}\))", "SOMEBODY"),
        (r"http://127\.0\.0\.1:\d+", "SERVICE"),
        (r"[\w.-]+:\d+:[0-9a-f]{4}(:api)?\b", "ENGINE"),
        (r"\b[0-9a-f]{16,}\b", "HEX"),
        (r"\b\d+(\.\d+)?(ms|s|m|h|d|y)\b( \d+(s|m|h|d)\b)?", "SPAN"),
        (r"just now", "SPAN ago"),
        (r"\d+ rows", "N rows"),
        (r" +", " "),
    ];
    masks.iter().fold(text.to_owned(), |text, (varies, name)| {
        Regex::new(varies).unwrap().replace_all(&text, *name).into_owned()
    })
}
