//! Reads the shape language. The build script uses this file too.

use std::{borrow::Cow, fmt};

use super::part::{Part, Shape};
use crate::charset::Charset;

/// Why a text is not a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError {
    /// Where, in bytes from the start of the text.
    pub at: usize,
    /// What was expected.
    pub what: &'static str,
}

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at byte {} of the shape", self.what, self.at)
    }
}

impl std::error::Error for ShapeError {}

/// The longest run that a shape may ask for.
const MOST: u16 = 4096;

/// Reads a shape.
pub fn parse(text: &str) -> Result<Shape, ShapeError> {
    let mut reader = Reader { text: text.as_bytes(), at: 0 };
    let (mut parts, mut wanted, mut inner) = (Vec::new(), None, false);
    while reader.skip_space() {
        if reader.take(b'^') {
            inner = true;
            continue;
        }
        if reader.take(b'!') {
            wanted = Some(parts.len());
        }
        parts.push(reader.part()?);
    }
    if parts.is_empty() || parts.len() > 64 {
        return Err(reader.expected("between 1 and 64 parts"));
    }
    let anchor = wanted.or_else(|| parts.iter().position(|part| matches!(part, Part::Text(_))));
    let anchor = anchor.and_then(|anchor| u8::try_from(anchor).ok());
    let mut shape = Shape { parts: Cow::Owned(parts), anchor, inner };
    if shape.anchors().iter().any(|text| text.len() < 2) {
        shape.anchor = None;
    }
    Ok(shape)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn expected(&self, what: &'static str) -> ShapeError {
        ShapeError { at: self.at, what }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn skip_space(&mut self) -> bool {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
        self.peek().is_some()
    }

    fn part(&mut self) -> Result<Part, ShapeError> {
        match self.peek() {
            Some(b'\'') => Ok(Part::Text(Cow::Owned(vec![Cow::Owned(self.literal()?)]))),
            Some(b'(') => self.choice(),
            Some(_) => self.run(),
            None => Err(self.expected("a part")),
        }
    }

    fn literal(&mut self) -> Result<Vec<u8>, ShapeError> {
        if !self.take(b'\'') {
            return Err(self.expected("a quote"));
        }
        let start = self.at;
        while self.peek().is_some_and(|byte| byte != b'\'') {
            self.at += 1;
        }
        let text = self.text[start..self.at].to_vec();
        if self.take(b'\'') { Ok(text) } else { Err(self.expected("a closing quote")) }
    }

    fn choice(&mut self) -> Result<Part, ShapeError> {
        self.at += 1;
        let mut texts = Vec::new();
        loop {
            self.skip_space();
            texts.push(Cow::Owned(self.literal()?));
            self.skip_space();
            if self.take(b')') {
                return Ok(Part::Text(Cow::Owned(texts)));
            }
            if !self.take(b'|') {
                return Err(self.expected("`|` or `)`"));
            }
        }
    }

    fn run(&mut self) -> Result<Part, ShapeError> {
        let set = if self.take(b'[') { self.own_class()? } else { self.named_class()? };
        if !self.take(b'{') {
            return Err(self.expected("a count in braces"));
        }
        let first = self.number()?;
        let part = match self.peek() {
            Some(b',') => {
                self.at += 1;
                let max = self.number()?;
                Part::Run { set, min: first.min(max), max: max.max(first) }
            }
            Some(b'/') => {
                let mut counts = vec![first];
                while self.take(b'/') {
                    counts.push(self.number()?);
                }
                counts.sort_unstable_by(|one, other| other.cmp(one));
                Part::Counts { set, counts: Cow::Owned(counts) }
            }
            Some(_) | None => Part::Run { set, min: first, max: first },
        };
        if self.take(b'}') { Ok(part) } else { Err(self.expected("`}`")) }
    }

    fn own_class(&mut self) -> Result<Charset, ShapeError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte != b']') {
            self.at += 1;
        }
        let set = Charset::of(&self.text[start..self.at]);
        if self.take(b']') { Ok(set) } else { Err(self.expected("`]`")) }
    }

    fn named_class(&mut self) -> Result<Charset, ShapeError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            self.at += 1;
        }
        class(&self.text[start..self.at]).ok_or(ShapeError { at: start, what: "a class, a literal or a choice" })
    }

    fn number(&mut self) -> Result<u16, ShapeError> {
        let start = self.at;
        let mut number: u16 = 0;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            number = number.saturating_mul(10).saturating_add(u16::from(digit - b'0'));
            self.at += 1;
        }
        if self.at == start || number > MOST {
            return Err(ShapeError { at: start, what: "a number up to 4096" });
        }
        Ok(number)
    }
}

fn class(name: &[u8]) -> Option<Charset> {
    let spec: &[u8] = match name {
        b"digit" => b"0-9",
        b"lower" => b"a-z",
        b"upper" => b"A-Z",
        b"alpha" => b"a-zA-Z",
        b"alnum" => b"a-zA-Z0-9",
        b"hexlower" => b"0-9a-f",
        b"hexupper" => b"0-9A-F",
        b"hex" => b"0-9a-fA-F",
        b"base32" => b"A-Z2-7",
        b"base64" => b"a-zA-Z0-9+/",
        b"base64url" => b"a-zA-Z0-9_-",
        b"word" => b"a-zA-Z0-9_",
        b"dash" => b"a-zA-Z0-9-",
        _ => return None,
    };
    Some(Charset::of(spec))
}
