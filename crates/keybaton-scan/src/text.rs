//! What a scanner is given: some bytes, and where they come from.

use crate::LineRanges;

/// Bytes to look at. They need not be text: any bytes are scanned in bounded time.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The path that the bytes have, with `/` between its parts; not necessarily UTF-8. Its name tells what they are.
    pub path: Option<&'a [u8]>,
    /// The bytes.
    pub bytes: &'a [u8],
    /// The number of the first line; 1 unless the bytes are a piece of something.
    pub first_line: u32,
    /// The lines that count, when not all do: a hit that touches none of them is not reported.
    pub lines: Option<&'a LineRanges>,
    /// The part that this text answers for, when it is a piece of a longer one: values that start outside it belong to
    /// the piece before or after.
    pub piece: Option<Piece>,
}

/// A part of a text, in bytes from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its first byte.
    pub start: usize,
    /// The byte after its last one.
    pub end: usize,
}

impl<'a> Text<'a> {
    /// A whole text without a path.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { path: None, bytes, first_line: 1, lines: None, piece: None }
    }

    /// The same text with a path.
    #[must_use]
    pub fn at(self, path: &'a [u8]) -> Self {
        Self { path: Some(path), ..self }
    }

    /// The same text, of which only some lines count.
    #[must_use]
    pub fn only(self, lines: &'a LineRanges) -> Self {
        Self { lines: Some(lines), ..self }
    }
}
