//! Findings that were there before: known by their fingerprint, so moved lines and renamed files change nothing.

use std::{collections::BTreeSet, fmt::Write as _};

use crate::Finding;

/// The fingerprints of findings that somebody has seen and accepted.
///
/// The file has a fingerprint a line, in order, and then a comment; it has neither times nor line numbers, so two
/// branches that both add to it merge without a conflict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeSet<String>);

impl Baseline {
    /// Reads a baseline; what follows a fingerprint, empty lines and lines that start with `#` mean nothing.
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        Self(lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
    }

    /// Whether it holds the value of a finding.
    pub fn holds(&self, finding: &Finding) -> bool {
        self.0.contains(&finding.fingerprint)
    }

    /// How many fingerprints there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of a baseline that holds these findings.
    pub fn write<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> String {
        let mut lines: Vec<(&str, &str, &str)> = Vec::new();
        for finding in findings {
            lines.push((&finding.fingerprint, &finding.rule, finding.path.as_deref().unwrap_or("-")));
        }
        lines.sort_unstable();
        lines.dedup_by_key(|line| line.0);
        let mut text = String::from("# findings that were accepted; `keybaton scan --baseline` leaves them out\n");
        for (fingerprint, rule, path) in lines {
            let path: String = path.chars().filter(|character| !character.is_control()).collect();
            // a String takes whatever is written to it
            let _ = writeln!(text, "{fingerprint} {rule} {path}");
        }
        text
    }
}
