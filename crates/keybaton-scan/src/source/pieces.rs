//! Reads one stream and hands it out as texts of bounded size, which overlap so that no value is cut.

use std::io::{self, Cursor, Read};

use super::{
    decode::{self, Decoding},
    wide::{Order, Wide},
};
use crate::{LineCounter, Text, text::Piece};

/// How a stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// How many bytes are looked at together.
    pub piece: usize,
    /// How many bytes of something that is no text are looked at.
    pub binary: u64,
    /// What is decoded on the way.
    pub decoding: Decoding,
}

impl Default for Reading {
    /// Pieces of 8 MiB, the first MiB of binary files, nothing decoded.
    fn default() -> Self {
        Self { piece: 8 << 20, binary: 1 << 20, decoding: Decoding::AsIs }
    }
}

/// How far a piece reaches beyond what it answers for: more than the longest value and its surroundings.
const OVERLAP: usize = 40 * 1024;

/// How many bytes tell whether a stream is text.
const HEAD: usize = 8 * 1024;

/// How much of a stream was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Amount {
    /// In bytes.
    pub bytes: u64,
    /// Whether it is no text and goes on beyond its bound.
    pub is_cut: bool,
}

impl Amount {
    /// All of these bytes.
    pub(crate) fn whole(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, is_cut: false }
    }
}

/// Reads `source` to its end, or to its bound if it is no text, and hands it to `visit`. Returns how much was
/// read. Memory is bounded by the size of a piece, whatever the size of the stream; UTF-16 becomes UTF-8 on the way.
pub fn read(
    mut source: impl Read,
    path: Option<&[u8]>,
    reading: Reading,
    visit: &mut dyn FnMut(&Text<'_>),
) -> io::Result<Amount> {
    let mut head = Vec::new();
    source.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let (order, is_binary) = (Order::of(&head), head.contains(&0));
    let mut counted = Counted { inner: Cursor::new(head).chain(source), count: 0 };
    let mut is_cut = false;
    match order {
        Some(order) => pieces(&mut Wide::new(&mut counted, order), path, reading, visit)?,
        None if is_binary => {
            pieces(&mut counted.by_ref().take(reading.binary), path, reading, visit)?;
            is_cut = counted.inner.read(&mut [0])? > 0;
        }
        None => pieces(&mut counted, path, reading, visit)?,
    }
    Ok(Amount { bytes: counted.count, is_cut })
}

/// Whether bytes are looked at where they are and as they are: a text of one piece, in which nothing is decoded.
pub(crate) fn is_plain(bytes: &[u8], reading: Reading) -> bool {
    reading.decoding == Decoding::AsIs && is_one_text(bytes, reading)
}

fn is_one_text(bytes: &[u8], reading: Reading) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    bytes.len() <= reading.piece && memchr::memchr(0, head).is_none() && Order::of(head).is_none()
}

/// The same for bytes that are at hand: most are looked at where they are.
pub fn look(
    bytes: &[u8],
    path: Option<&[u8]>,
    reading: Reading,
    visit: &mut dyn FnMut(&Text<'_>),
) -> io::Result<Amount> {
    if !is_one_text(bytes, reading) {
        return read(bytes, path, reading, visit);
    }
    let text = Text { path, ..Text::new(bytes) };
    visit(&text);
    decode::visit(&text, reading.decoding, visit);
    Ok(Amount::whole(bytes))
}

fn pieces(
    source: &mut dyn Read,
    path: Option<&[u8]>,
    reading: Reading,
    visit: &mut dyn FnMut(&Text<'_>),
) -> io::Result<()> {
    let size = reading.piece.max(4 * OVERLAP);
    let (mut buffer, mut first_line, mut start) = (Vec::new(), 1, 0);
    loop {
        let missing = (size - buffer.len()) as u64;
        Read::take(&mut *source, missing).read_to_end(&mut buffer)?;
        let is_last = buffer.len() < size;
        let end = if is_last { buffer.len() } else { size - OVERLAP };
        let text = Text { path, bytes: &buffer, first_line, lines: None, piece: Some(Piece { start, end }) };
        visit(&text);
        decode::visit(&text, reading.decoding, visit);
        if is_last {
            return Ok(());
        }
        // the next piece answers from here on, and looks back as far as this one looked ahead
        let dropped = end - OVERLAP;
        first_line = LineCounter::new(&buffer, first_line).line(dropped);
        buffer.drain(..dropped);
        start = OVERLAP;
    }
}

/// Counts what is read.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}
