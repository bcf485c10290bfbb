//! Undoes base 64 and the escapes of URLs and JSON, and tells where in the text each byte came from.

use std::ops::Range;

use memchr::memchr;

use super::runs::Runs;
use crate::charset::Charset;

/// The longest stretch that is undone at once; no managed key is longer.
const LONGEST: usize = 64 * 1024;

/// How far the lines of one text in base 64 may be indented.
const INDENT: usize = 64;

/// What a text says once an escape is undone.
pub(super) struct Plain {
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// For each byte where in the text it begins, and at the end where the last one ends.
    places: Vec<usize>,
}

impl Plain {
    fn new() -> Self {
        Self { bytes: Vec::new(), places: Vec::new() }
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.places.clear();
    }

    fn push(&mut self, byte: u8, place: usize) {
        self.bytes.push(byte);
        self.places.push(place);
    }

    /// Where in the text a range of the bytes is; `end` is where the last byte of all ends.
    pub(super) fn place(&self, range: &Range<usize>, end: usize) -> Range<usize> {
        let at = |byte: usize| self.places.get(byte).copied().unwrap_or(end);
        at(range.start)..at(range.end)
    }
}

/// Finds stretches of base 64 and hands out the text inside them.
#[derive(Debug)]
pub(super) struct Base64 {
    runs: Runs,
    shortest: usize,
}

impl Base64 {
    /// Looks for texts of at least `shortest` bytes.
    pub(super) fn new(shortest: usize) -> Self {
        Self { runs: Runs::new(&Charset::of(b"-+/_0-9A-Za-z"), shortest.div_ceil(3) * 4 - 2), shortest }
    }

    /// A run may have begun before the encoded text, so each of the four ways to cut it in groups is tried. Only what is
    /// plain ASCII inside is handed out: of anything else hardly two bytes in a row are.
    ///
    /// Runs that follow each other on lines are one, as in a certificate or a mail.
    pub(super) fn each(&self, bytes: &[u8], found: &mut dyn FnMut(&Plain, usize)) {
        let (mut plain, mut lines, mut until) = (Plain::new(), Vec::new(), 0);
        self.runs.each(bytes, &mut |run| {
            if run.start < until {
                return;
            }
            let first = run.clone();
            let mut next = self.next_line(bytes, run.end);
            if next.is_none() {
                for from in (run.start..run.end).take(4) {
                    self.undo(bytes, from..run.end, &|at| at, &mut plain, found);
                }
                return;
            }
            lines.clear();
            lines.extend(run);
            while let Some(line) = next.filter(|_| lines.len() < LONGEST) {
                next = self.next_line(bytes, line.end);
                lines.extend(line);
            }
            until = lines.last().map_or(first.end, |last| last + 1);
            let all = lines.len();
            for from in 0..all.min(4) {
                self.undo(bytes, from..all, &|at| lines.get(at).copied().unwrap_or(until), &mut plain, found);
            }
        });
    }

    /// The run on the line after the one that ends at `end`, if it has one.
    fn next_line(&self, bytes: &[u8], end: usize) -> Option<Range<usize>> {
        let rest = bytes.get(end..)?;
        let pad = rest.iter().take_while(|byte| matches!(byte, b'\r' | b' ' | b'\t')).count();
        let line = rest[pad..].strip_prefix(b"\n")?;
        let indent = line.iter().take(INDENT).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let start = end + pad + 1 + indent;
        let length = bytes[start..].iter().take(LONGEST).take_while(|byte| self.runs.has(**byte)).count();
        (length > 0).then_some(start..start + length)
    }

    /// Undoes the characters of a range; `place` says where in the text each one is.
    fn undo(
        &self,
        bytes: &[u8],
        run: Range<usize>,
        place: &dyn Fn(usize) -> usize,
        plain: &mut Plain,
        found: &mut dyn FnMut(&Plain, usize),
    ) {
        let mut at = run.start;
        plain.clear();
        while at < run.end {
            let end = run.end.min(at + 4);
            let mut bits = (at..end).fold(0, |bits, at| bits << 6 | u32::from(sextet(bytes[place(at)])));
            bits <<= 6 * (4 - (end - at));
            let [_, decoded @ ..] = bits.to_be_bytes();
            for (no, byte) in decoded.into_iter().take(end - at - 1).enumerate() {
                if byte.is_ascii_graphic() || byte.is_ascii_whitespace() {
                    plain.push(byte, place(at + no));
                } else {
                    self.flush(plain, place(at + no) + 1, found);
                }
            }
            at = end;
        }
        self.flush(plain, run.end.checked_sub(1).map_or(0, |last| place(last) + 1), found);
    }

    fn flush(&self, plain: &mut Plain, end: usize, found: &mut dyn FnMut(&Plain, usize)) {
        if plain.bytes.len() >= self.shortest {
            found(plain, end);
        }
        plain.clear();
    }
}

fn sextet(byte: u8) -> u8 {
    match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' | b'-' => 62,
        _ => 63,
    }
}

/// Hands out what stretches with `%41` in them say.
pub(super) fn urls(bytes: &[u8], found: &mut dyn FnMut(&Plain, usize)) {
    stretches(bytes, b'%', |byte| byte.is_ascii_graphic() && !b"\"'<>`{}|\\^".contains(&byte), percent, found);
}

/// Hands out what stretches with `\u0041` or `\/` in them say.
pub(super) fn strings(bytes: &[u8], found: &mut dyn FnMut(&Plain, usize)) {
    stretches(bytes, b'\\', |byte| byte.is_ascii_graphic() && byte != b'"', backslash, found);
}

/// Reads one character: what it says, and how many bytes it takes.
type Read = fn(&[u8]) -> (u8, usize);

fn stretches(bytes: &[u8], sign: u8, belongs: fn(u8) -> bool, read: Read, found: &mut dyn FnMut(&Plain, usize)) {
    let (mut from, mut plain) = (0, Plain::new());
    while let Some(at) = memchr(sign, &bytes[from..]).map(|at| from + at) {
        let floor = from.max(at.saturating_sub(LONGEST));
        let before = bytes[floor..at].iter().rev().take_while(|byte| belongs(**byte)).count();
        let mut next = at - before;
        let limit = bytes.len().min(next + LONGEST);
        plain.clear();
        while next < limit && (belongs(bytes[next]) || bytes[next] == sign) {
            let (byte, length) = read(&bytes[next..]);
            plain.push(byte, next);
            next += length;
        }
        found(&plain, next);
        from = next.max(at + 1);
    }
}

fn percent(rest: &[u8]) -> (u8, usize) {
    match rest {
        [b'%', high, low, ..] => hex([*high, *low]).map_or((b'%', 1), |byte| (byte, 3)),
        [byte, ..] => (*byte, 1),
        [] => (0, 1),
    }
}

fn backslash(rest: &[u8]) -> (u8, usize) {
    match rest {
        [b'\\', b'u', b'0', b'0', high, low, ..] => hex([*high, *low]).map_or((b'\\', 1), |byte| (byte, 6)),
        [b'\\', b'n', ..] => (b'\n', 2),
        [b'\\', b'r', ..] => (b'\r', 2),
        [b'\\', b't', ..] => (b'\t', 2),
        [b'\\', sign @ (b'"' | b'\\' | b'/' | b'\'' | b'$' | b'&' | b'='), ..] => (*sign, 2),
        [byte, ..] => (*byte, 1),
        [] => (0, 1),
    }
}

fn hex(digits: [u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    u8::try_from(digit(digits[0])? << 4 | digit(digits[1])?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(undo: impl Fn(&mut dyn FnMut(&Plain, usize))) -> Vec<(String, usize)> {
        let mut seen = Vec::new();
        undo(&mut |plain, end| seen.push((String::from_utf8(plain.bytes.clone()).unwrap(), end)));
        seen
    }

    #[test]
    fn escapes_are_undone_and_places_kept() {
        assert_eq!(
            all(|found| urls(b"a key=x%2Fy%zz&b=1 %41", found)),
            [("key=x/y%zz&b=1".to_owned(), 18), ("A".to_owned(), 22)]
        );
        let text = br#"{"a":"x\/y\u003dz\"w", b\n}"#;
        assert_eq!(all(|found| strings(text, found)), [("x/y=z\"w".to_owned(), 20), ("b\n}".to_owned(), 27)]);
        strings(text, &mut |plain, end| {
            if let Some(at) = plain.bytes.iter().position(|byte| *byte == b'y') {
                assert_eq!(&text[plain.place(&(at..at + 3), end)], br"y\u003dz");
            }
        });
    }

    #[test]
    fn base_64_on_several_lines_is_one_text() {
        let lines = ["dXNlcjp0aGUgaW5uZXIgdGV4dCBnb2Vz", "IG9uIGFuZCBvbiBmb3IgYSB3aGlsZSBh", "bmQgZW5kcw=="];
        for join in ["\n", "\r\n", "\n    ", " \n\t"] {
            let text = format!("key: |\n    {}\nnext: 1\n", lines.join(join));
            let mut seen = Vec::new();
            Base64::new(14).each(text.as_bytes(), &mut |plain, end| {
                let said = String::from_utf8(plain.bytes.clone()).unwrap();
                if let Some(at) = said.find("goes on and on") {
                    seen.push(text[plain.place(&(at..at + 14), end)].to_owned());
                }
            });
            assert!(seen.iter().any(|seen| seen.contains(join) && seen.len() < 30), "{join:?} {seen:?}");
        }
    }

    #[test]
    fn base_64_is_undone_wherever_it_begins() {
        // "user:the inner text" behind nothing, a slash, and two letters
        for before in ["", "/", "ab", "x/y"] {
            let text = format!("= {before}dXNlcjp0aGUgaW5uZXIgdGV4dA==");
            let seen = all(|found| Base64::new(14).each(text.as_bytes(), found));
            assert!(seen.iter().any(|(plain, _)| plain.contains("the inner text")), "{text} {seen:?}");
        }
    }
}
