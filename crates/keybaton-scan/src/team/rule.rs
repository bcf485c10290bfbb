//! A rule of a team: a regular expression that is tried on texts in which one of its keywords stands.

use std::borrow::Cow;

use memchr::memchr;

use super::{
    allowlist::{Allowlist, Case},
    expression::Expression,
};
use crate::{Rule, Text, checksum::Checksum, entropy, extent::Extent, lines, scanner::Paths, shape::Shape};

/// A rule of a team.
#[derive(Debug)]
pub(crate) struct TeamRule {
    pub(crate) rule: Rule,
    pub(super) regex: Option<Expression>,
    pub(super) path: Option<Expression>,
    pub(super) group: usize,
    pub(super) entropy: f64,
    pub(crate) keywords: Vec<String>,
    pub(super) allowlists: Vec<Allowlist>,
}

impl TeamRule {
    /// Tells each place where the rule matches and no list allows it.
    pub(super) fn each(&self, text: &Text<'_>, paths: Paths, lists: &[Allowlist], found: &mut dyn FnMut(usize, usize)) {
        if paths == Paths::Said
            && let Some(path) = &self.path
            && !text.path.is_some_and(|here| path.matches(here))
        {
            return;
        }
        let Some(regex) = self.regex.as_ref().and_then(Expression::get) else {
            // a rule about paths alone: the file itself is the finding, told at its first line
            let first = memchr(b'\n', text.bytes).unwrap_or(text.bytes.len());
            if self.regex.is_none() && first > 0 && !self.is_allowed(text, (0, first), (0, first), lists) {
                found(0, first);
            }
            return;
        };
        for captures in regex.captures_iter(text.bytes) {
            let Some(whole) = captures.get(0) else { continue };
            let group = match self.group {
                0 => (1..captures.len()).find_map(|no| captures.get(no).filter(|group| !group.is_empty())),
                group => captures.get(group),
            };
            let secret = group.unwrap_or(whole);
            let (secret, whole) = ((secret.start(), secret.end()), (whole.start(), whole.end()));
            let value = &text.bytes[secret.0..secret.1];
            let varies = self.entropy <= 0.0 || f64::from(entropy::shannon(value)) > self.entropy;
            if !value.is_empty() && varies && !self.is_allowed(text, secret, whole, lists) {
                found(secret.0, secret.1);
            }
        }
    }

    fn is_allowed(&self, text: &Text<'_>, secret: (usize, usize), whole: (usize, usize), lists: &[Allowlist]) -> bool {
        let case = Case {
            rule: &self.rule.id,
            path: text.path,
            secret: &text.bytes[secret.0..secret.1],
            whole: &text.bytes[whole.0..whole.1],
            line: lines::around(text.bytes, whole.0, whole.1),
        };
        self.allowlists.iter().chain(lists).any(|list| list.allows(&case))
    }
}

/// The rule that hits of a team's rule name.
pub(super) fn named(id: &str, title: &str) -> Rule {
    Rule {
        id: Cow::Owned(id.to_owned()),
        service: Cow::Borrowed("any"),
        title: Cow::Owned(if title.is_empty() { id.to_owned() } else { title.to_owned() }),
        preset: None,
        shown: 0,
        shape: Shape { parts: Cow::Borrowed(&[]), anchor: None, inner: false },
        extent: Extent::Shape,
        checksum: Checksum::None,
        entropy: 0,
        near: Cow::Borrowed(&[]),
    }
}
