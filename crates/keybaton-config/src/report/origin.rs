//! The document of `keybaton config show --origin`: what holds for each secret, and which line says so.

use std::time::Duration;

use keybaton_types::{parse_duration, show_duration};
use serde::Serialize;
use serde_json::Value as Json;

use super::show::{Show, show};
use crate::node::{Node, Value};
use crate::{Config, Document, Secret};

/// Inline tables that are merged key by key; everything else is taken as a whole.
const MERGED: [&str; 3] = ["overlap", "watch", "emergency"];

/// Keys whose text is a name, a word or a duration; that of any other key is not repeated.
const SHOWN: [&str; 16] = [
    "owner",
    "issuer",
    "vault",
    "name",
    "rollback",
    "ttl",
    "max_stale",
    "max_request",
    "max_age",
    "every",
    "cron",
    "anchor",
    "min_interval",
    "time_zone",
    "jitter",
    "alerts",
];

/// Keys of an issuer whose text is a word, a name or a duration.
const ISSUER: [&str; 5] = ["type", "preset", "timeout", "propagation", "quiescence"];

/// The document of `keybaton config show --origin`: that of `config show`, and the origin of each value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// What holds.
    #[serde(flatten)]
    pub show: Show,
    /// Every file that was read, the main one first.
    pub files: Vec<String>,
    /// Where each value comes from: first those of no secret, then those of each secret by the names of the keys.
    pub origins: Vec<Origin>,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// The secret as `NAME/ENV`; none for what holds for no secret alone.
    pub secret: Option<String>,
    /// The key, such as `overlap.min`.
    pub key: String,
    /// The value as it is used, or `set` where the text could be a secret.
    pub value: String,
    /// Who says so.
    #[serde(flatten)]
    pub from: From,
}

/// Who says a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "from", rename_all = "kebab-case")]
pub enum From {
    /// A line of a file.
    File {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// The table it stands in, such as `defaults` or `secret.payments.env.prod`.
        table: String,
    },
    /// The preset of its issuer.
    Preset {
        /// Its name.
        preset: String,
    },
    /// Nobody: it is built in.
    Default,
}

impl std::fmt::Display for From {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File { path, line, table } if table.is_empty() => write!(f, "{path}:{line}"),
            Self::File { path, line, table } => write!(f, "{path}:{line} [{table}]"),
            Self::Preset { preset } => write!(f, "preset {preset}"),
            Self::Default => f.write_str("built in"),
        }
    }
}

/// Shows what holds, and where it comes from.
pub fn origins(config: &Config) -> Shown {
    let (document, show) = (&config.document, show(config));
    let mut origins = general(config, &show);
    for secret in config.secrets.values() {
        origins.extend(of(document, secret));
    }
    let files = document.paths().map(|path| path.display().to_string()).collect();
    Shown { show, files, origins }
}

fn general(config: &Config, show: &Show) -> Vec<Origin> {
    let rows = [
        (["state", "url"], show.state.clone()),
        (["state", "master_key"], config.state.master_key.to_string()),
        (["server", "listen"], show.listen.clone()),
    ];
    let root = config.document.root();
    let origin = |(path, value): ([&str; 2], String)| {
        let set = root.and_then(|root| root.get(path[0])?.get(path[1]));
        let from = set.map_or(From::Default, |node| place(&config.document, node, path[0]));
        Origin { secret: None, key: path.join("."), value, from }
    };
    rows.into_iter().map(origin).collect()
}

fn of(document: &Document, secret: &Secret) -> Vec<Origin> {
    let mut found: Vec<Origin> = written(document, secret);
    found.extend(issuer(document, secret));
    for (key, value) in effective(secret) {
        match found.iter_mut().find(|origin| origin.key == key) {
            Some(origin) => origin.value = raised(&origin.value, value),
            None => found.push(Origin { secret: Some(secret.id.to_string()), key, value, from: From::Default }),
        }
    }
    found.sort_by(|one, other| one.key.cmp(&other.key));
    found
}

/// A value that is used otherwise than it is written says both.
fn raised(written: &str, used: String) -> String {
    // `300s` and `5m` are the same.
    let same = parse_duration(written).is_ok_and(|span| show_duration(span).to_string() == used);
    if same || written == used { used } else { format!("{used} (written: {written})") }
}

/// What the tables of the environment, of its secret, and of `[defaults]` say; the nearest one wins.
fn written(document: &Document, secret: &Secret) -> Vec<Origin> {
    let Some(root) = document.root() else { return Vec::new() };
    let mut found: Vec<Origin> = Vec::new();
    for (node, table) in tables(root, secret) {
        let Some(node) = node else { continue };
        let scheduled = found.iter().any(|origin| matches!(origin.key.as_str(), "every" | "cron"));
        for (key, node) in leaves(node) {
            let replaced = scheduled && matches!(key.as_str(), "every" | "cron");
            if !replaced && !found.iter().any(|origin| origin.key == key) {
                let (value, from) = (text(&key, node), place(document, node, &table));
                found.push(Origin { secret: Some(secret.id.to_string()), key, value, from });
            }
        }
    }
    found
}

/// The tables that say something of a secret, the nearest first.
fn tables<'a>(root: &'a Node, secret: &Secret) -> [(Option<&'a Node>, String); 3] {
    let (name, env) = (secret.id.name(), secret.id.env());
    let own = root.get("secret").and_then(|secrets| secrets.get(name));
    [
        (own.and_then(|own| own.get("env")?.get(env)), format!("secret.{name}.env.{env}")),
        (own, format!("secret.{name}")),
        (root.get("defaults"), "defaults".to_owned()),
    ]
}

/// What the table of its issuer says, wherever that stands: `[issuer.NAME]`, or inline in the nearest table.
fn issuer(document: &Document, secret: &Secret) -> Vec<Origin> {
    let Some(root) = document.root() else { return Vec::new() };
    let (node, table) = match &secret.issuer.name {
        Some(name) => (root.get("issuer").and_then(|issuers| issuers.get(name)), format!("issuer.{name}")),
        None => tables(root, secret)
            .into_iter()
            .find_map(|(node, table)| Some((Some(node?.get("issuer")?), table)))
            .unwrap_or_default(),
    };
    let mut found = Vec::new();
    if let Some(node) = node {
        below("issuer", node, &mut found);
    }
    let origin = |(key, node): (String, &Node)| {
        let last = key.rsplit('.').next().unwrap_or_default();
        let value = if ISSUER.contains(&last) { node.text().map(str::to_owned) } else { None };
        let value = value.unwrap_or_else(|| text(&key, node));
        Origin { secret: Some(secret.id.to_string()), value, from: place(document, node, &table), key }
    };
    found.into_iter().map(origin).collect()
}

/// The values below a table, with their paths.
fn below<'a>(path: &str, node: &'a Node, found: &mut Vec<(String, &'a Node)>) {
    for (key, node) in node.entries() {
        let path = format!("{path}.{}", key.value);
        if node.entries().is_empty() {
            found.push((path, node));
        } else {
            below(&path, node, found);
        }
    }
}

/// The values of a table of terms, with the keys of the inline tables that are merged.
fn leaves(table: &Node) -> Vec<(String, &Node)> {
    let mut leaves = Vec::new();
    for (key, node) in table.entries().iter().filter(|(key, _)| key.value != "env") {
        if MERGED.contains(&key.value.as_str()) {
            leaves.extend(node.entries().iter().map(|(below, node)| (format!("{}.{}", key.value, below.value), node)));
        } else {
            leaves.push((key.value.clone(), node));
        }
    }
    leaves
}

fn place(document: &Document, node: &Node, table: &str) -> From {
    let at = node.span.start;
    From::File {
        path: document.path_at(at).display().to_string(),
        line: document.position(at).0,
        table: table.to_owned(),
    }
}

/// A value as it is written, where its text can be no secret.
fn text(key: &str, node: &Node) -> String {
    let is_merged = MERGED.iter().any(|table| key.strip_prefix(table).is_some_and(|rest| rest.starts_with('.')));
    match &node.value {
        Value::Text(text) if is_merged || SHOWN.contains(&key) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(yes) => yes.to_string(),
        Value::Array(items) if key == "consumers" => {
            items.iter().filter_map(|item| item.get("name")?.text()).collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) if SHOWN.contains(&key) => {
            items.iter().filter_map(Node::text).collect::<Vec<_>>().join(", ")
        }
        Value::Text(_) | Value::Float(_) | Value::Array(_) | Value::Table(_) => "set".to_owned(),
    }
}

/// What is used of every key that has a default.
fn effective(secret: &Secret) -> Vec<(String, String)> {
    let policy = &secret.policy;
    let span = |span: Duration| show_duration(span).to_string();
    let rows = [
        ("overlap.min", span(policy.overlap.min)),
        ("overlap.max", span(policy.overlap.max)),
        ("overlap.until", word(policy.overlap.until)),
        ("overlap.on_straggler", word(policy.overlap.on_straggler)),
        ("watch.for", span(policy.watch.span)),
        ("watch.every", span(policy.watch.every)),
        ("watch.failures", policy.watch.failures.to_string()),
        ("rollback", word(policy.rollback)),
        ("emergency.force_after", span(policy.force_after)),
        ("ttl", span(policy.ttl)),
        ("max_stale", span(policy.max_stale)),
        ("max_request", span(policy.max_request)),
        ("vault", secret.vault.name.clone()),
        ("name", secret.vault_name.clone()),
    ];
    rows.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// A word of a policy, as the file writes it.
fn word(word: impl Serialize) -> String {
    serde_json::to_value(word).ok().as_ref().and_then(Json::as_str).unwrap_or_default().to_owned()
}
