//! A regular expression of a team: checked when it is read, compiled when it is needed, bounded in size.

use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

/// How large a compiled expression may become, and the tables that grow while it runs.
const COMPILED: usize = 16 << 20;
const TABLES: usize = 2 << 20;

/// A regular expression.
#[derive(Debug)]
pub(super) struct Expression {
    source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Expression {
    /// Checks an expression without compiling it. The error says what is wrong, and where within the expression.
    pub(super) fn check(source: &str) -> Result<Self, (usize, String)> {
        let parsed = regex_syntax::ParserBuilder::new().utf8(false).build().parse(source);
        match parsed {
            Ok(_) => Ok(Self { source: source.to_owned(), compiled: OnceLock::new() }),
            Err(regex_syntax::Error::Parse(error)) => Err((error.span().start.offset, error.kind().to_string())),
            Err(regex_syntax::Error::Translate(error)) => Err((error.span().start.offset, error.kind().to_string())),
            Err(error) => Err((0, error.to_string())),
        }
    }

    /// The expression, ready to match; none if it is too large for its bounds.
    pub(super) fn get(&self) -> Option<&Regex> {
        let compile = || {
            let build = |unicode| {
                RegexBuilder::new(&self.source).unicode(unicode).size_limit(COMPILED).dfa_size_limit(TABLES).build()
            };
            // the format's classes are those of ASCII; only names of scripts need more
            build(false).or_else(|_| build(true)).ok()
        };
        self.compiled.get_or_init(compile).as_ref()
    }

    /// Whether it matches anywhere.
    pub(super) fn matches(&self, bytes: &[u8]) -> bool {
        self.get().is_some_and(|regex| regex.is_match(bytes))
    }
}
