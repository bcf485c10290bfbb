//! A fault: how a call to a far service failed, said once by the connector and never guessed at again.

use std::{error::Error, fmt};

use keybaton_core::answer::{Answer, Blame, Why};

/// The answer of a far service, or a fault. `Ok` is `Done`.
pub type Called<T> = Result<T, Fault>;

/// How a call to a far service failed.
#[derive(Debug)]
pub struct Fault {
    /// Whose fault it is.
    pub blame: Blame,
    /// Whether the effect may have happened.
    pub certainty: Certainty,
    /// What happened, in lowercase and without any value.
    pub what: String,
    /// The cause, where a library told one.
    pub source: Option<Box<dyn Error + Send + Sync>>,
}

/// Whether the effect of a failed call may have happened (DESIGN section 4). A connector that can't tell says `Unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// It certainly never left us.
    NotSent,
    /// It certainly did not and will not happen.
    Refused,
    /// It may have happened, or may yet.
    Unknown,
}

impl Fault {
    /// A fault without a cause.
    pub fn new(blame: Blame, certainty: Certainty, what: impl Into<String>) -> Self {
        Self { blame, certainty, what: what.into(), source: None }
    }

    /// The same fault with its cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// A call that nobody knows the end of.
    pub fn unknown(what: impl Into<String>) -> Self {
        Self::new(Blame::Transient, Certainty::Unknown, what)
    }

    /// The same fault of something that came before the effect was asked for.
    #[must_use]
    pub fn unsent(self) -> Self {
        Self { certainty: Certainty::NotSent, ..self }
    }

    /// The same fault of something that came after the effect was refused: it did not happen and will not.
    #[must_use]
    pub fn after_refusal(self) -> Self {
        Self { certainty: Certainty::Refused, ..self }
    }

    /// The fault as core takes it.
    pub fn answer(&self) -> Answer {
        let why = Why::new(self.blame, self.to_string());
        match self.certainty {
            Certainty::NotSent => Answer::NotSent(why),
            Certainty::Refused => Answer::Refused(why),
            Certainty::Unknown => Answer::Unknown(why),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|e| &**e as &(dyn Error + 'static))
    }
}
