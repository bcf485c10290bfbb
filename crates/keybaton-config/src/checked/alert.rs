//! Channels on which people are told of alerts, as far as the configuration knows them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;

use super::Secret;
use super::check::Check;
use crate::later::Trust;
use crate::node::{Located, Node, Value};
use crate::problem::Problem;
use crate::{Table, suggest};

/// The longest name of a channel: it is part of rows, of metrics and of every message about it.
const LONGEST: usize = 63;

/// A channel on which people are told of alerts.
#[derive(Clone, Debug)]
pub struct AlertTable {
    /// Its name.
    pub name: String,
    /// Which connector reads the table.
    pub kind: ChannelKind,
    /// The table without its `type`.
    pub table: Table,
}

/// The types of channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, JsonSchema)]
#[schemars(inline, rename_all = "kebab-case")]
pub enum ChannelKind {
    /// Mail, through an SMTP server.
    Email,
    /// A program of one's own.
    Exec,
    /// Events of `PagerDuty`.
    Pagerduty,
    /// An incoming webhook of Slack.
    Slack,
    /// A signed `CloudEvents` document.
    Webhook,
}

impl ChannelKind {
    const WORDS: [(&'static str, Self); 5] = [
        ("email", Self::Email),
        ("exec", Self::Exec),
        ("pagerduty", Self::Pagerduty),
        ("slack", Self::Slack),
        ("webhook", Self::Webhook),
    ];

    fn words() -> Vec<&'static str> {
        Self::WORDS.iter().map(|(word, _)| *word).collect()
    }
}

impl fmt::Display for ChannelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.iter().find(|(_, kind)| kind == self);
        f.write_str(word.map_or("webhook", |(word, _)| word))
    }
}

/// The channels; none for one that was refused, so that secrets that name it are not refused for it too.
pub(super) type Channels = BTreeMap<String, Option<AlertTable>>;

/// Checks every `[alert.*]`.
pub(super) fn named(check: &mut Check, nodes: &BTreeMap<Located<String>, Node>) -> Channels {
    nodes.iter().map(|(name, node)| (name.value.clone(), build(check, name, node))).collect()
}

fn build(check: &mut Check, name: &Located<String>, node: &Node) -> Option<AlertTable> {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.value.is_empty() || name.value.len() > LONGEST || !name.value.chars().all(letters) {
        let problem = Problem::new(name.span.clone(), "the name of a channel has small letters, digits and dashes");
        return check.refuse(problem.hinted(format!("at most {LONGEST} of them, such as [alert.ops]")));
    }
    if !matches!(node.value, Value::Table(_)) {
        let problem = Problem::new(name.span.clone(), "a channel for alerts is a table");
        return check.refuse(problem.hinted("begin it with [alert.NAME]"));
    }
    let (table, kind) = node.without("type");
    let Some((_, kind)) = kind else {
        let problem = Problem::new(name.span.clone(), "a channel for alerts needs a `type`");
        return check.refuse(problem.hinted(format!("it is one of {}", suggest::list(&ChannelKind::words()))));
    };
    let Some(word) = kind.text() else { return check.refuse(Problem::new(kind.span, "`type` is a text")) };
    let Some((_, known)) = ChannelKind::WORDS.into_iter().find(|(known, _)| *known == word) else {
        return check.refuse(Problem::unknown_word(kind.span.clone(), word, &ChannelKind::words(), Trust::Foreign));
    };
    Some(AlertTable { name: name.value.clone(), kind: known, table: check.table(table) })
}

/// The channels of a secret, each once, in the order of the file.
pub(super) fn chosen(check: &mut Check, known: &Channels, names: &[Located<String>]) -> Vec<String> {
    let mut chosen: Vec<String> = Vec::new();
    for name in names {
        if !known.contains_key(&name.value) {
            check.refuse::<()>(stranger(known, name));
        } else if !chosen.contains(&name.value) {
            chosen.push(name.value.clone());
        }
    }
    chosen
}

fn stranger(known: &Channels, name: &Located<String>) -> Problem {
    let text = name.value.escape_debug();
    let problem = Problem::new(name.span.clone(), format!("there is no channel `{text}` for alerts")).showing();
    match suggest::closest(&name.value, known.keys().map(String::as_str)) {
        Some(close) => problem.hinted(format!("did you mean `{close}`?")),
        None => problem.hinted(format!("add a table [alert.{text}], or leave it out")),
    }
}

/// Warns of channels that no secret names: they would hear of keybaton itself only.
pub(super) fn unused<'a>(
    check: &mut Check,
    names: impl Iterator<Item = &'a Located<String>>,
    secrets: impl Iterator<Item = &'a Secret>,
) {
    let used: BTreeSet<&str> = secrets.flat_map(|secret| secret.alerts.iter().map(String::as_str)).collect();
    for name in names.filter(|name| !used.contains(name.value.as_str())) {
        let message = format!("no secret has `{}` among its `alerts`", name.value.escape_debug());
        let hint = "name it in `alerts` of [defaults] or of a secret; it hears of keybaton itself only";
        check.warn(Problem::new(name.span.clone(), message).hinted(hint));
    }
}
