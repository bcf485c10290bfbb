//! A place in a text where a credential seems to be.

use std::ops::Range;

use keybaton_types::document::ManagedFinding;

use crate::Rule;

/// How sure a hit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It looks like a credential of a known form, but its checksum is wrong: mistyped, made up, or a new form.
    Malformed,
    /// Its form or its surroundings say that it is one.
    Likely,
    /// Its checksum is right, which no text has by chance.
    Proven,
}

impl Verdict {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Likely => "likely",
            Self::Proven => "proven",
        }
    }
}

/// A place in a text where a credential seems to be. It holds no bytes of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit<'r> {
    /// What recognised it.
    pub rule: &'r Rule,
    /// Where the value starts, in bytes from the start of the text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The line of its first byte, from 1.
    pub line: u32,
    /// The line of its last byte.
    pub last_line: u32,
    /// The column of its first byte, in bytes from 1.
    pub column: u32,
    /// How sure it is.
    pub verdict: Verdict,
    /// The managed key that stands there. One that several secrets hold makes a hit for each of them.
    pub managed: Option<&'r ManagedFinding>,
}

impl Hit<'_> {
    /// Where the value is.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}
