//! Line numbers: which lines count, and which line a byte is on.

use std::ops::RangeInclusive;

use memchr::{memchr, memchr_iter, memrchr};

/// Lines of a text, counted from 1: ranges that are sorted and do not touch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineRanges(Vec<RangeInclusive<u32>>);

impl LineRanges {
    /// Sorts and joins the ranges; empty ones are dropped.
    pub fn new(ranges: impl IntoIterator<Item = RangeInclusive<u32>>) -> Self {
        let mut ranges: Vec<_> = ranges.into_iter().filter(|range| !range.is_empty()).collect();
        ranges.sort_unstable_by_key(|range| *range.start());
        let mut joined: Vec<RangeInclusive<u32>> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match joined.last_mut() {
                Some(last) if *range.start() <= last.end().saturating_add(1) => {
                    *last = *last.start()..=*last.end().max(range.end());
                }
                Some(_) | None => joined.push(range),
            }
        }
        Self(joined)
    }

    /// Whether any line from `first` to `last` is among them.
    pub fn touch(&self, first: u32, last: u32) -> bool {
        let next = self.0.partition_point(|range| *range.end() < first);
        self.0.get(next).is_some_and(|range| *range.start() <= last)
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ranges, in order.
    pub fn iter(&self) -> impl Iterator<Item = &RangeInclusive<u32>> {
        self.0.iter()
    }
}

/// Counts lines up to growing offsets, so that a text is walked once.
#[derive(Debug)]
pub struct LineCounter<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: u32,
}

impl<'a> LineCounter<'a> {
    /// Starts at the first byte, which is on line `first`.
    pub fn new(bytes: &'a [u8], first: u32) -> Self {
        Self { bytes, offset: 0, line: first }
    }

    /// The line of the byte at `offset`. Offsets may go back, which costs a walk from the start of the step.
    pub fn line(&mut self, offset: usize) -> u32 {
        let offset = offset.min(self.bytes.len());
        if offset >= self.offset {
            self.line = self.line.saturating_add(newlines(&self.bytes[self.offset..offset]));
        } else {
            self.line = self.line.saturating_sub(newlines(&self.bytes[offset..self.offset]));
        }
        self.offset = offset;
        self.line
    }
}

/// The column of the byte at `offset`, in bytes from 1.
pub(crate) fn column(bytes: &[u8], offset: usize) -> u32 {
    let start = memrchr(b'\n', &bytes[..offset]).map_or(0, |newline| newline + 1);
    u32::try_from(offset - start + 1).unwrap_or(u32::MAX)
}

/// How far a line is followed from a value: texts without line breaks must not make every hit cost their length.
const REACH: usize = 4096;

/// The line around a value, as far as it is followed.
pub(crate) fn around(bytes: &[u8], start: usize, end: usize) -> &[u8] {
    let from = start.saturating_sub(REACH);
    let from = memrchr(b'\n', &bytes[from..start]).map_or(from, |newline| from + newline + 1);
    let to = bytes.len().min(end + REACH);
    let to = memchr(b'\n', &bytes[end..to]).map_or(to, |newline| end + newline);
    &bytes[from..to]
}

fn newlines(bytes: &[u8]) -> u32 {
    u32::try_from(memchr_iter(b'\n', bytes).count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_sorted_and_joined() {
        let lines = LineRanges::new([5..=6, 1..=2, 3..=3, RangeInclusive::new(9, 8)]);
        assert_eq!(lines.iter().cloned().collect::<Vec<_>>(), [1..=3, 5..=6]);
        assert!(lines.touch(3, 4) && lines.touch(4, 5) && !lines.touch(4, 4) && !lines.touch(7, u32::MAX));
    }

    #[test]
    fn a_counter_goes_forth_and_back() {
        let mut counter = LineCounter::new(b"a\nb\nc", 10);
        assert_eq!((counter.line(4), counter.line(0), counter.line(2), counter.line(99)), (12, 10, 11, 12));
        assert_eq!(column(b"a\nbc", 3), 2);
    }
}
