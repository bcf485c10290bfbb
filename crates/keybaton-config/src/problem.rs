//! Something about a place in the file that a person must know.

use crate::later::Trust;
use crate::node::{Fault, Kind, Node, Span};
use crate::suggest;

/// Something about a place in the file that a person must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    /// A second place, and what is there.
    pub(crate) other: Option<(Span, String)>,
    pub(crate) shows: Shows,
}

/// What of the values on its line a problem may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shows {
    /// No text at all.
    Nothing,
    /// The text that it is about: a duration, a name, a word of a list; never a credential.
    Subject,
}

impl Problem {
    pub(crate) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), hint: None, other: None, shows: Shows::Nothing }
    }

    /// Says what to do about it.
    pub(crate) fn hinted(mut self, hint: impl Into<String>) -> Self {
        self.hint.get_or_insert(hint.into());
        self
    }

    /// Names a second place.
    pub(crate) fn beside(mut self, span: Span, label: impl Into<String>) -> Self {
        self.other = Some((span, label.into()));
        self
    }

    /// Allows the text that it is about to be shown.
    pub(crate) fn showing(mut self) -> Self {
        self.shows = Shows::Subject;
        self
    }

    /// Says that something belongs to a later version.
    pub(crate) fn later(span: Span, what: impl std::fmt::Display) -> Self {
        Self::new(span, format!("{what} is not in this version of keybaton")).hinted("remove it; it is not ignored")
    }

    /// Puts what serde found in `read` into words.
    pub(crate) fn of(fault: Fault, read: &Node, trust: Trust) -> Self {
        let span = fault.span.unwrap_or_else(|| read.span.clone());
        let named = |text: String| match read.key_of(&span) {
            Some(key) => format!("`{}`: {text}", key.escape_debug()),
            None => text,
        };
        match fault.kind {
            Kind::UnknownKey { key, expected } => {
                let problem = Self::new(span, format!("unknown key `{}`", key.escape_debug()));
                problem.hinted(suggest::hint(&key, expected))
            }
            Kind::UnknownWord { word, expected } => Self::unknown_word(span, &word, expected, trust),
            Kind::Missing(key) => Self::new(span, format!("`{key}` is missing")),
            Kind::Type { expected, found } => {
                let message = named(format!("expected {expected}, found {found}"));
                let problem = Self::new(span, message);
                if trust == Trust::Own { problem.showing() } else { problem }
            }
            Kind::Syntax(text) => Self::new(span, text),
            Kind::Other(text) => {
                let text = if trust == Trust::Own { text } else { redacted(text, read, &span) };
                // Types say what is wrong and, after a semicolon, what to write instead.
                let (what, advice) =
                    text.rsplit_once("; ").map_or((text.as_str(), None), |(what, advice)| (what, Some(advice)));
                let problem = Self::new(span.clone(), named(what.to_owned()));
                let problem = if trust == Trust::Own { problem.showing() } else { problem };
                if let Some(advice) = advice { problem.hinted(advice) } else { problem }
            }
        }
    }

    /// A word that is not in a list. A foreign one is only repeated when it is close to a word of the list, because
    /// otherwise it may be a literal where a reference belongs.
    pub(crate) fn unknown_word(span: Span, word: &str, expected: &[&str], trust: Trust) -> Self {
        let shown = trust == Trust::Own || suggest::closest(word, expected.iter().copied()).is_some();
        if shown {
            let problem = Self::new(span, format!("unknown word `{}`", word.escape_debug())).showing();
            problem.hinted(suggest::hint(word, expected))
        } else {
            Self::new(span, "unknown word").hinted(format!("it is one of {}", suggest::list(expected)))
        }
    }
}

/// The words of a connector's type without the texts that stand in the faulty place, or quoted parts of them: one may be
/// a literal where a reference belongs. What has up to three characters is no secret, and may be a part of any word.
fn redacted(mut words: String, read: &Node, place: &Span) -> String {
    let mut texts = Vec::new();
    read.texts(&mut texts);
    texts.retain(|(span, text)| text.len() > 3 && span.start >= place.start && span.end <= place.end);
    for (_, text) in &texts {
        words = words.replace(text, "…").replace(&text.escape_debug().to_string(), "…");
    }
    let part = |quoted: &str| quoted.len() > 3 && texts.iter().any(|(_, text)| text.contains(quoted));
    let pieces = words.split_inclusive(['"', '`']).map(|piece| {
        let bare = piece.trim_end_matches(['"', '`']);
        if part(bare) { piece.replacen(bare, "…", 1) } else { piece.to_owned() }
    });
    pieces.collect()
}
