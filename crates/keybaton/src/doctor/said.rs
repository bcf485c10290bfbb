//! What a check says of one thing.

use keybaton_types::document::{Finding, Health};

/// What a check says of one thing.
pub(crate) struct Said {
    state: Health,
    subject: Option<String>,
    sentence: String,
    fix: Option<String>,
}

impl Said {
    pub(crate) fn ok(sentence: impl Into<String>) -> Self {
        Self::new(Health::Ok, sentence)
    }

    pub(crate) fn warning(sentence: impl Into<String>) -> Self {
        Self::new(Health::Warning, sentence)
    }

    pub(crate) fn error(sentence: impl Into<String>) -> Self {
        Self::new(Health::Error, sentence)
    }

    pub(crate) fn skipped(sentence: impl Into<String>) -> Self {
        Self::new(Health::Skipped, sentence)
    }

    pub(crate) fn unknown(sentence: impl Into<String>) -> Self {
        Self::new(Health::Unknown, sentence)
    }

    /// Of this thing.
    pub(crate) fn on(mut self, subject: &(impl ToString + ?Sized)) -> Self {
        self.subject = Some(subject.to_string());
        self
    }

    /// With what to do.
    pub(crate) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    /// As a finding of the check with this id. One sentence is one line.
    pub(crate) fn of(self, id: &str) -> Finding {
        let sentence = self.sentence.split_whitespace().collect::<Vec<_>>().join(" ");
        Finding { id: id.to_owned(), state: self.state, subject: self.subject, sentence, fix: self.fix }
    }

    fn new(state: Health, sentence: impl Into<String>) -> Self {
        Self { state, subject: None, sentence: sentence.into(), fix: None }
    }
}

/// What was found, or this when nothing was.
pub(crate) fn or(found: Vec<Said>, nothing: impl Into<String>) -> Vec<Said> {
    if found.is_empty() { vec![Said::ok(nothing)] } else { found }
}
