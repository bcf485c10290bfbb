//! Signals: whose metrics are asked, how often, and about which secrets.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use keybaton_types::{Reference, SecretId};

use super::{Secret, check::Check};
use crate::{
    later::Trust,
    node::{Located, Node, Span},
    problem::Problem,
    raw,
};

/// How often a signal is asked, unless it says otherwise.
const EVERY: Duration = Duration::from_secs(15);

/// How long it may take, unless it says otherwise.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Asking more often than this would be a load.
const SHORTEST: Duration = Duration::from_secs(1);

/// A signal.
#[derive(Clone, Debug)]
pub struct SignalTable {
    /// Its name.
    pub name: String,
    /// Where it answers.
    pub url: String,
    /// The query of refused calls.
    pub refused: String,
    /// The query of all calls.
    pub calls: String,
    /// The bearer token.
    pub bearer: Option<Reference>,
    /// The secrets that it speaks of.
    pub secrets: BTreeSet<SecretId>,
    /// How often it is asked.
    pub every: Duration,
    /// How long it may take.
    pub timeout: Duration,
    /// Where its address stands in the file, for [`crate::Document::error_at`].
    pub span: Span,
}

/// Checks every `[signal.*]`.
pub(super) fn named(
    check: &mut Check,
    nodes: &BTreeMap<Located<String>, Node>,
    secrets: &BTreeMap<SecretId, Secret>,
) -> BTreeMap<String, SignalTable> {
    let built = nodes.iter().filter_map(|(name, node)| Some((name.value.clone(), build(check, name, node, secrets)?)));
    built.collect()
}

fn build(
    check: &mut Check,
    name: &Located<String>,
    node: &Node,
    known: &BTreeMap<SecretId, Secret>,
) -> Option<SignalTable> {
    let raw: raw::Signal = check.read(node, Trust::Foreign)?;
    if raw.r#type.value != "prometheus" {
        return check.refuse(Problem::unknown_word(raw.r#type.span, &raw.r#type.value, &["prometheus"], Trust::Own));
    }
    let every = span(check, raw.every, EVERY)?;
    let timeout = span(check, raw.timeout, TIMEOUT)?;
    let secrets = match raw.secrets {
        None => known.keys().cloned().collect(),
        Some(named) => chosen(check, &named, known)?,
    };
    for query in [&raw.refused, &raw.calls] {
        doubt(check, query, secrets.len());
    }
    Some(SignalTable {
        name: name.value.clone(),
        url: raw.url.value,
        refused: raw.refused.value,
        calls: raw.calls.value,
        bearer: raw.bearer.map(|reference| reference.value),
        secrets,
        every,
        timeout,
        span: raw.url.span,
    })
}

fn span(check: &mut Check, written: Option<Located<raw::Duration>>, usual: Duration) -> Option<Duration> {
    match written {
        None => Some(usual),
        Some(written) if written.value.0 >= SHORTEST => Some(written.value.0),
        Some(written) => check.refuse(Problem::new(written.span, "it is at least one second").showing()),
    }
}

fn chosen(
    check: &mut Check,
    named: &[Located<String>],
    known: &BTreeMap<SecretId, Secret>,
) -> Option<BTreeSet<SecretId>> {
    let mut secrets = BTreeSet::new();
    for name in named {
        let Some(secret) = name.value.parse::<SecretId>().ok().filter(|secret| known.contains_key(secret)) else {
            let problem = Problem::new(name.span.clone(), "there is no such secret").showing();
            return check.refuse(problem.hinted("name it as NAME/ENV, as in [secret.NAME.env.ENV]"));
        };
        secrets.insert(secret);
    }
    Some(secrets)
}

/// A query that does not say which secret it is about blames every one alike.
fn doubt(check: &mut Check, query: &Located<String>, secrets: usize) {
    if secrets > 1 && !query.value.contains("{{ secret }}") {
        let problem = Problem::new(query.span.clone(), "the query is the same for every secret");
        check.warn(problem.hinted("write {{ secret }} and {{ env }} where the labels are, or name one of `secrets`"));
    }
}
