//! The parts of a shape, as data that can be made when the crate is compiled.

use std::borrow::Cow;

use crate::charset::Charset;

/// One part of a shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// One of these texts; the first that fits.
    Text(Cow<'static, [Cow<'static, [u8]>]>),
    /// Between `min` and `max` bytes of a class.
    Run {
        /// The class.
        set: Charset,
        /// The fewest.
        min: u16,
        /// The most.
        max: u16,
    },
    /// Exactly one of these numbers of bytes of a class, the largest that fits.
    Counts {
        /// The class.
        set: Charset,
        /// The numbers, largest first.
        counts: Cow<'static, [u16]>,
    },
}

/// What a value looks like: a row of parts, one of which is searched for.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// The parts, in order.
    pub parts: Cow<'static, [Part]>,
    /// Which part is the anchor; none for a shape that only a context leads to.
    pub anchor: Option<u8>,
    /// Whether the value starts only after the anchor, which is then the first part.
    pub inner: bool,
}

impl Shape {
    /// The texts that are searched for.
    pub fn anchors(&self) -> &[Cow<'static, [u8]>] {
        match self.anchor.and_then(|anchor| self.parts.get(usize::from(anchor))) {
            Some(Part::Text(texts)) => texts,
            Some(Part::Run { .. } | Part::Counts { .. }) | None => &[],
        }
    }

    /// The most bytes that a value has.
    pub fn longest(&self) -> usize {
        self.parts.iter().map(Part::longest).sum()
    }
}

impl Part {
    fn longest(&self) -> usize {
        match self {
            Self::Text(texts) => texts.iter().map(|text| text.len()).max().unwrap_or(0),
            Self::Run { max, .. } => usize::from(*max),
            Self::Counts { counts, .. } => counts.first().map_or(0, |count| usize::from(*count)),
        }
    }
}
