//! UTF-16 as UTF-8.

use std::io::{self, Read};

/// Which byte of a unit comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    /// The order of a stream in UTF-16: it says so, or every other byte of its start is zero.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(&[0xff, 0xfe]) {
            return Some(Self::Little);
        }
        if head.starts_with(&[0xfe, 0xff]) {
            return Some(Self::Big);
        }
        let head = &head[..head.len().min(512) & !1];
        let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
        let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
        match (half > 8, odd * 10 >= half * 9 && even == 0, even * 10 >= half * 9 && odd == 0) {
            (true, true, _) => Some(Self::Little),
            (true, _, true) => Some(Self::Big),
            _ => None,
        }
    }
}

/// Reads UTF-16 and gives UTF-8; half a pair becomes a replacement character.
pub(super) struct Wide<R> {
    inner: R,
    order: Order,
    raw: Vec<u8>,
    ready: Vec<u8>,
    at: usize,
}

impl<R: Read> Wide<R> {
    pub(super) fn new(inner: R, order: Order) -> Self {
        Self { inner, order, raw: Vec::new(), ready: Vec::new(), at: 0 }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.inner.by_ref().take(64 * 1024).read_to_end(&mut self.raw)?;
        let unit = |pair: &[u8]| match self.order {
            Order::Little => u16::from_le_bytes([pair[0], pair[1]]),
            Order::Big => u16::from_be_bytes([pair[0], pair[1]]),
        };
        let mut whole = self.raw.len() & !1;
        // half a pair waits for the other half
        let waits = whole >= 2 && (0xd800..0xdc00).contains(&unit(&self.raw[whole - 2..whole])) && whole > 2;
        whole -= if waits { 2 } else { 0 };
        let units = self.raw[..whole].chunks_exact(2).map(unit).filter(|unit| *unit != 0xfeff);
        let text: String = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        self.raw.drain(..whole);
        self.ready = text.into_bytes();
        self.at = 0;
        Ok(())
    }
}

impl<R: Read> Read for Wide<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.ready.len() {
            self.refill()?;
        }
        let length = buffer.len().min(self.ready.len() - self.at);
        buffer[..length].copy_from_slice(&self.ready[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}
