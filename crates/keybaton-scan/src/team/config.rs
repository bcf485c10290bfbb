//! A configuration of gitleaks, checked, and how it changes what a scan looks for.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use aho_corasick::AhoCorasick;
use toml::Spanned;

use super::{
    TeamRule,
    allowlist::{Allowlist, Case, Target},
    expression::Expression,
    raw,
    rule::named,
};
use crate::{Rule, Text, scanner::Paths};

/// Why a configuration cannot be used, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {what}")]
pub struct Broken {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, in bytes from 1.
    pub column: u32,
    /// What is wrong there.
    pub what: String,
}

/// Whether the rules of the house are used beside those of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// They are.
    Kept,
    /// The configuration stands alone: it has rules and does not extend the default.
    Dropped,
}

/// A configuration of gitleaks.
#[derive(Debug, Default)]
pub struct Config {
    pub(crate) rules: Vec<TeamRule>,
    lists: Vec<Allowlist>,
    extends: Option<String>,
    uses_default: bool,
    disabled: Vec<String>,
    keywords: Option<AhoCorasick>,
    /// For each keyword the rules that have it.
    wanted: Vec<Vec<usize>>,
    /// Tells it from others.
    mark: u64,
}

impl Config {
    /// Reads a configuration; `file` is only for the error. Nothing else is opened: see [`Config::extends`].
    pub fn parse(text: &str, file: &str) -> Result<Self, Broken> {
        let place = Place { text, file };
        let raw: raw::File = toml::from_str(text)
            .map_err(|error| place.broken(error.span().map_or(0, |span| span.start), error.message().to_owned()))?;
        let mut config = Self {
            extends: raw.extend.path,
            uses_default: raw.extend.use_default,
            disabled: raw.extend.disabled_rules,
            mark: BuildHasherDefault::<DefaultHasher>::default().hash_one(text),
            ..Self::default()
        };
        for list in raw.allowlist.into_iter().chain(raw.allowlists) {
            config.lists.push(place.allowlist(list)?);
        }
        for rule in raw.rules {
            config.rules.push(place.rule(rule)?);
        }
        config.index().map_err(|error| place.broken(0, error))?;
        Ok(config)
    }

    /// The path of the configuration that this one extends, relative to the working folder as gitleaks has it. Whoever
    /// reads files hands its configuration to [`Config::extend`].
    pub fn extends(&self) -> Option<&str> {
        self.extends.as_deref()
    }

    /// Adds what `base` has: its lists, and its rules but those that this one has itself or disables.
    #[must_use]
    pub fn extend(mut self, base: Self) -> Self {
        let has = |rule: &TeamRule| self.rules.iter().any(|own| own.rule.id == rule.rule.id);
        let more: Vec<_> = base.rules.into_iter().filter(|rule| !has(rule) && !self.disables(&rule.rule.id)).collect();
        self.rules.extend(more);
        self.lists.extend(base.lists);
        self.uses_default |= base.uses_default;
        self.disabled.extend(base.disabled);
        self.extends = base.extends;
        self.mark = BuildHasherDefault::<DefaultHasher>::default().hash_one((self.mark, base.mark));
        // the keywords of both were accepted before
        let _ = self.index();
        self
    }

    /// What tells this configuration from others.
    pub(crate) fn mark(&self) -> u64 {
        self.mark
    }

    /// Whether the rules of the house are used too.
    pub fn built_in(&self) -> BuiltIn {
        if self.uses_default || self.rules.is_empty() { BuiltIn::Kept } else { BuiltIn::Dropped }
    }

    /// Whether a rule of the house is switched off.
    pub fn disables(&self, id: &str) -> bool {
        self.disabled.iter().any(|disabled| disabled == id)
    }

    /// Whether a whole commit is allowed.
    pub fn allows_commit(&self, commit: &str) -> bool {
        let named = |list: &Allowlist| list.commits.iter().any(|allowed| commit.eq_ignore_ascii_case(allowed));
        self.lists.iter().any(|list| !list.needs_all && named(list))
    }

    /// Whether a value that a rule of the house found is allowed.
    pub(crate) fn allows(&self, rule: &Rule, text: &Text<'_>, start: usize, end: usize) -> bool {
        let (secret, line) = (&text.bytes[start..end], crate::lines::around(text.bytes, start, end));
        let case = Case { rule: &rule.id, path: text.path, secret, whole: secret, line };
        self.lists.iter().any(|list| list.allows(&case))
    }

    /// Tells each place where a rule of the team matches.
    pub(crate) fn each<'r>(&'r self, text: &Text<'_>, paths: Paths, found: &mut dyn FnMut(&'r Rule, usize, usize)) {
        let mut seen = vec![false; self.rules.len()];
        for (rule, seen) in self.rules.iter().zip(&mut seen) {
            *seen = rule.keywords.is_empty();
        }
        if let Some(keywords) = &self.keywords {
            for hit in keywords.find_overlapping_iter(text.bytes) {
                for rule in &self.wanted[hit.pattern().as_usize()] {
                    seen[*rule] = true;
                }
            }
        }
        for (rule, _) in self.rules.iter().zip(seen).filter(|(_, seen)| *seen) {
            rule.each(text, paths, &self.lists, &mut |start, end| found(&rule.rule, start, end));
        }
    }

    fn index(&mut self) -> Result<(), String> {
        let mut words: Vec<(&str, usize)> = Vec::new();
        for (no, rule) in self.rules.iter().enumerate() {
            words.extend(rule.keywords.iter().map(|word| (word.as_str(), no)));
        }
        words.sort_unstable();
        let (mut texts, mut wanted): (Vec<&str>, Vec<Vec<usize>>) = (Vec::new(), Vec::new());
        for (word, rule) in words {
            if texts.last() != Some(&word) {
                texts.push(word);
                wanted.push(Vec::new());
            }
            wanted.last_mut().into_iter().for_each(|rules| rules.push(rule));
        }
        let built = AhoCorasick::builder().ascii_case_insensitive(true).build(&texts);
        self.keywords = Some(built.map_err(|error| error.to_string())?);
        self.wanted = wanted;
        Ok(())
    }
}

/// Where errors are.
struct Place<'a> {
    text: &'a str,
    file: &'a str,
}

impl Place<'_> {
    fn broken(&self, at: usize, what: String) -> Broken {
        let before = &self.text.as_bytes()[..at.min(self.text.len())];
        let line = crate::LineCounter::new(before, 1).line(before.len());
        Broken { file: self.file.to_owned(), line, column: crate::lines::column(before, before.len()), what }
    }

    fn expression(&self, source: &Spanned<String>) -> Result<Expression, Broken> {
        Expression::check(source.get_ref()).map_err(|(at, what)| {
            let written = &self.text[source.span()];
            // in a literal string the expression stands as it is, after its quotes and perhaps a line break
            let quotes = written.len() - written.trim_start_matches(['\'', '"', '\n']).len();
            self.broken(source.span().start + quotes + at, what)
        })
    }

    fn rule(&self, raw: raw::Rule) -> Result<TeamRule, Broken> {
        if raw.regex.is_none() && raw.path.is_none() {
            return Err(self.broken(raw.id.span().start, "a rule needs `regex` or `path`".to_owned()));
        }
        let lists = raw.allowlist.into_iter().chain(raw.allowlists);
        Ok(TeamRule {
            rule: named(raw.id.get_ref(), &raw.description),
            regex: raw.regex.as_ref().map(|source| self.expression(source)).transpose()?,
            path: raw.path.as_ref().map(|source| self.expression(source)).transpose()?,
            group: raw.secret_group,
            entropy: raw.entropy,
            keywords: raw.keywords.iter().map(|word| word.to_lowercase()).filter(|word| !word.is_empty()).collect(),
            allowlists: lists.map(|list| self.allowlist(list)).collect::<Result<_, _>>()?,
        })
    }

    fn allowlist(&self, raw: raw::Allowlist) -> Result<Allowlist, Broken> {
        let all = |sources: &[Spanned<String>]| {
            sources.iter().map(|source| self.expression(source)).collect::<Result<Vec<_>, _>>()
        };
        Ok(Allowlist {
            needs_all: raw.condition.is_some_and(|condition| matches!(condition.as_str(), "AND" | "&&" | "and")),
            paths: all(&raw.paths)?,
            regexes: all(&raw.regexes)?,
            target: match raw.regex_target.as_deref() {
                Some("match") => Target::Match,
                Some("line") => Target::Line,
                Some(_) | None => Target::Secret,
            },
            stopwords: raw.stopwords.iter().map(|word| word.to_lowercase()).collect(),
            commits: raw.commits,
            rules: raw.target_rules,
        })
    }
}
