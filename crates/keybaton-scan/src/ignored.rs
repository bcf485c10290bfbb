//! `.gitleaksignore`: findings that are ignored by their place.

use std::collections::BTreeSet;

use crate::Finding;

/// Places that are ignored: `commit:path:rule:line`, or `path:rule:line` for any commit.
///
/// A place says nothing about the value that stands there, so a [`Baseline`](crate::Baseline) is the better way; this
/// one is read so that an existing file keeps working.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignored(BTreeSet<String>);

impl Ignored {
    /// Reads such a file; empty lines and lines that start with `#` mean nothing.
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().map(|line| line.split(" #").next().unwrap_or(line).trim());
        Self(lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(normal).collect())
    }

    /// Whether the place of a finding is ignored. A managed key that still works is not, wherever it stands.
    pub fn holds(&self, finding: &Finding) -> bool {
        let works = finding.managed.as_ref().is_some_and(|managed| managed.valid);
        if works || self.0.is_empty() {
            return false;
        }
        let path = finding.path.as_deref().unwrap_or_default();
        let place = normal(&format!("{path}:{}:{}", finding.rule, finding.line));
        let with_commit = finding.commit.as_deref().map(|commit| format!("{commit}:{place}"));
        self.0.contains(&place) || with_commit.is_some_and(|place| self.0.contains(&place))
    }
}

/// Paths are written with `/`, whatever system they come from.
fn normal(place: &str) -> String {
    place.trim_start_matches("./").replace('\\', "/")
}
