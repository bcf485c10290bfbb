//! Turns hits into findings, with the line to show and without the value.

use std::{collections::BTreeSet, sync::Arc};

use keybaton_scan::{
    Finding, Hit, Scanner, Text, Verdict,
    git::{Birth, Side},
    source::Unread,
};
use keybaton_seal::SecretValue;

use super::{Exceptions, Seen};

/// How much of a line is shown before a value, and after it.
const BEFORE: usize = 60;
const AFTER: usize = 40;

/// A finding and what is shown of it to a person.
#[derive(Clone)]
pub(super) struct Found {
    pub(super) finding: Finding,
    /// What kind of credential it is.
    pub(super) title: String,
    pub(super) verdict: Verdict,
    pub(super) shown: Shown,
    /// The commit that brought it in, where that is known.
    pub(super) birth: Option<Birth>,
    /// The value, where an endpoint is asked about it.
    pub(super) value: Option<Arc<SecretValue>>,
}

/// The line of a finding, with stars in place of values.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    /// What stands before the value on its line.
    pub(super) before: String,
    /// What stands after it.
    pub(super) after: String,
    /// The column of the value in characters, for those who count them.
    pub(super) column: usize,
}

impl Found {
    /// The order in which findings are told.
    pub(super) fn key(&self) -> (Option<&str>, u32, u32) {
        (self.finding.path.as_deref(), self.finding.line, self.finding.column)
    }
}

/// Looks at texts and keeps what is found. Each thread has its own.
pub(super) struct Gatherer<'e> {
    exceptions: &'e Exceptions,
    scanner: Scanner<'e>,
    hits: Vec<Hit<'e>>,
    found: Vec<Found>,
    /// The fingerprints of what stood in a file before, and whose file it is.
    before: (Vec<u8>, BTreeSet<String>),
    unread: Vec<Unread>,
    /// What was found before in an older form of the same file.
    told: BTreeSet<(Option<String>, String)>,
}

impl<'e> Gatherer<'e> {
    pub(super) fn new(exceptions: &'e Exceptions) -> Self {
        Self {
            exceptions,
            scanner: Scanner::new(&exceptions.rules),
            hits: Vec::new(),
            found: Vec::new(),
            before: Default::default(),
            unread: Vec::new(),
            told: BTreeSet::new(),
        }
    }

    /// Looks at one text.
    pub(super) fn look(&mut self, text: &Text<'_>, side: Side) {
        let mut hits = std::mem::take(&mut self.hits);
        hits.clear();
        self.scanner.scan(text, &mut |hit| hits.push(hit));
        let first = self.found.len();
        for hit in &hits {
            match self.exceptions.key.finding(hit, text) {
                Ok(finding) => self.found.push(Found {
                    finding,
                    title: hit.rule.title.clone().into_owned(),
                    verdict: hit.verdict,
                    shown: shown(text, hit, &hits),
                    birth: None,
                    value: self.asked(hit, text),
                }),
                Err(error) => self.unread.push(Unread { path: path(text), why: error.to_string() }),
            }
        }
        self.hits = hits;
        self.compare(text.path.unwrap_or_default(), side, first);
    }

    /// The value of a hit about which an endpoint is asked: no ledger knows it, and it may be true.
    fn asked(&self, hit: &Hit<'_>, text: &Text<'_>) -> Option<Arc<SecretValue>> {
        let is_open = hit.managed.is_none() && hit.verdict != Verdict::Malformed;
        let is_asked = is_open && self.exceptions.endpoints.as_ref().is_some_and(|ends| ends.take(&hit.rule.id));
        let value = is_asked.then(|| SecretValue::new(text.bytes[hit.range()].to_vec()).ok());
        value.flatten().map(Arc::new)
    }

    /// Looks at a text as a commit brought it in. What an older commit has at the same path is told with that one.
    pub(super) fn look_back(&mut self, text: &Text<'_>, birth: &Birth) {
        let first = self.found.len();
        self.look(text, Side::After);
        let is_allowed = self.exceptions.allows(birth);
        for mut found in self.found.split_off(first) {
            let key = (found.finding.path.clone(), found.finding.fingerprint.clone());
            if !is_allowed && self.told.insert(key) {
                found.finding.commit = Some(birth.commit.to_string());
                found.birth = Some(birth.clone());
                self.found.push(found);
            }
        }
    }

    /// Whether nothing was found since the last time.
    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty() && self.unread.is_empty()
    }

    /// Hands over what was found.
    pub(super) fn give(&mut self, seen: &mut Seen) {
        seen.found.append(&mut self.found);
        seen.unread.append(&mut self.unread);
    }

    /// What stood in the file before is not added.
    fn compare(&mut self, path: &[u8], side: Side, first: usize) {
        let (of, before) = &mut self.before;
        if of.as_slice() != path {
            path.clone_into(of);
            before.clear();
        }
        match side {
            Side::Before => before.extend(self.found.drain(first..).map(|found| found.finding.fingerprint)),
            Side::After if before.is_empty() => {}
            Side::After => {
                let mut at = 0;
                self.found.retain(|found| {
                    at += 1;
                    at <= first || !before.contains(&found.finding.fingerprint)
                });
            }
        }
    }
}

fn path(text: &Text<'_>) -> std::path::PathBuf {
    text.path.map_or_else(|| "standard input".into(), |path| String::from_utf8_lossy(path).into_owned().into())
}

/// What stands around a hit on its line, with stars in place of every hit there.
fn shown(text: &Text<'_>, hit: &Hit<'_>, hits: &[Hit<'_>]) -> Shown {
    let (start, end) = (hit.start, hit.end);
    let line_start = text.bytes[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let is_one_line = !text.bytes[start..end].contains(&b'\n');
    let rest = if is_one_line { &text.bytes[end..] } else { &[] };
    let after = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()).min(AFTER);
    // a line without end is not counted to its end
    let counted = line_start.max(start.saturating_sub(4096));
    let column = String::from_utf8_lossy(&text.bytes[counted..start]).chars().count() + 1;
    Shown {
        column,
        before: masked(text.bytes, line_start.max(start.saturating_sub(BEFORE))..start, hits),
        after: masked(text.bytes, end..end + after, hits),
    }
}

fn masked(bytes: &[u8], range: std::ops::Range<usize>, hits: &[Hit<'_>]) -> String {
    let (mut shown, mut at) = (Vec::new(), range.start);
    for hit in hits.iter().filter(|hit| hit.start < range.end && range.start < hit.end) {
        // several keys may have one value
        if hit.end <= at {
            continue;
        }
        shown.extend_from_slice(&bytes[at..hit.start.max(at)]);
        shown.extend_from_slice(b"********");
        at = hit.end.min(range.end);
    }
    shown.extend_from_slice(&bytes[at..range.end]);
    super::text::plain(&hushed(&String::from_utf8_lossy(&shown)))
}

/// How long a run of letters and digits may be that is shown.
const LONGEST: usize = 20;

/// The text without what might be a value though no rule says so: long runs with a digit become stars.
fn hushed(text: &str) -> String {
    let is_run = |c: char| c.is_ascii_alphanumeric() || "_-+/=.~".contains(c);
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.find(is_run) {
        out.push_str(&rest[..start]);
        let length = rest[start..].find(|c| !is_run(c)).unwrap_or(rest.len() - start);
        let run = &rest[start..start + length];
        let is_hushed = length > LONGEST && run.bytes().any(|byte| byte.is_ascii_digit());
        out.push_str(if is_hushed { "********" } else { run });
        rest = &rest[start + length..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::hushed;

    #[test]
    fn a_long_run_with_a_digit_is_not_shown() {
        let line = "key ghp_abcdefghijklmnopqrstuvwxyz01, a_long_name_without_any, v1.2.3";
        assert_eq!(hushed(line), "key ********, a_long_name_without_any, v1.2.3");
    }
}
