//! Exceptions: what a team has said is no leak.

use super::expression::Expression;

/// One list of exceptions.
#[derive(Debug, Default)]
pub(super) struct Allowlist {
    pub(super) needs_all: bool,
    pub(super) commits: Vec<String>,
    pub(super) paths: Vec<Expression>,
    pub(super) regexes: Vec<Expression>,
    pub(super) target: Target,
    pub(super) stopwords: Vec<String>,
    pub(super) rules: Vec<String>,
}

/// What the expressions of a list are about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Target {
    #[default]
    Secret,
    Match,
    Line,
}

/// What a list decides about.
pub(super) struct Case<'a> {
    pub(super) rule: &'a str,
    pub(super) path: Option<&'a [u8]>,
    pub(super) secret: &'a [u8],
    pub(super) whole: &'a [u8],
    pub(super) line: &'a [u8],
}

impl Allowlist {
    /// Whether the list allows it. Commits are not known here: `Config::allows_commit` answers for them.
    pub(super) fn allows(&self, case: &Case<'_>) -> bool {
        if !self.rules.is_empty() && !self.rules.iter().any(|rule| rule == case.rule) {
            return false;
        }
        let target = match self.target {
            Target::Secret => case.secret,
            Target::Match => case.whole,
            Target::Line => case.line,
        };
        let secret = String::from_utf8_lossy(case.secret).to_lowercase();
        let checks = [
            (!self.paths.is_empty(), case.path.is_some_and(|path| self.allows_path(path))),
            (!self.regexes.is_empty(), self.regexes.iter().any(|regex| regex.matches(target))),
            (!self.stopwords.is_empty(), self.stopwords.iter().any(|word| secret.contains(word))),
        ];
        let mut asked = checks.iter().filter(|(is_asked, _)| *is_asked).map(|(_, says)| *says).peekable();
        if self.needs_all { asked.peek().is_some() && asked.all(|says| says) } else { asked.any(|says| says) }
    }

    pub(super) fn allows_path(&self, path: &[u8]) -> bool {
        self.paths.iter().any(|expression| expression.matches(path))
    }
}
