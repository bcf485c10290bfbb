//! A dotenv file: lines of `KEY=value`, as POSIX shells, `docker run --env-file` and the dotenv libraries read them.

use std::ops::Range;

use keybaton_ports::Called;

use super::entry::{Bytes, broken};
use super::quote::{self, Style};
use super::settings::Quotes;
use super::splice::splice;

/// The value of a variable.
pub(super) fn read(content: &[u8], key: &str) -> Called<Option<Bytes>> {
    Ok(find(content, key)?.map(|found| quote::decode(&content[found.text], found.style)))
}

/// The same lines with another value of one variable; a new one is put at the end.
pub(super) fn write(content: Option<&[u8]>, key: &str, value: &[u8], quotes: Quotes) -> Called<Bytes> {
    let content = content.unwrap_or_default();
    let found = find(content, key)?;
    let text = quote::encode(value, found.as_ref().map(|found| found.style), quotes)?;
    if let Some(found) = found {
        return Ok(splice(content, found.text, &[&text]));
    }
    let newline: &[u8] = if content.windows(2).any(|pair| pair == b"\r\n") { b"\r\n" } else { b"\n" };
    let before = if content.is_empty() || content.ends_with(b"\n") { b"" } else { newline };
    let end = content.len();
    Ok(splice(content, end..end, &[before, key.as_bytes(), b"=", &text, newline]))
}

/// Where the value of a variable stands, quotes included.
struct Found {
    text: Range<usize>,
    style: Style,
    line: usize,
}

fn find(content: &[u8], key: &str) -> Called<Option<Found>> {
    let mut reader = Reader { content, at: 0, line: 1 };
    let mut found: Option<Found> = None;
    while reader.at < content.len() {
        let line = reader.line;
        let ours = reader.name() == Some(key.as_bytes());
        if let Some(next) = reader.value(ours)?.filter(|_| ours) {
            if let Some(first) = found {
                return Err(broken(format!("{key} stands there twice, in line {} and line {line}", first.line)));
            }
            found = Some(next);
        }
        reader.next_line();
    }
    Ok(found)
}

/// Reads the lines one after the other.
struct Reader<'a> {
    content: &'a [u8],
    at: usize,
    line: usize,
}

impl<'a> Reader<'a> {
    /// The name before the `=`, with or without `export`; none in a comment and in a line that is no entry.
    fn name(&mut self) -> Option<&'a [u8]> {
        self.blanks();
        let first = self.word();
        if first == b"export" && self.blanks() > 0 && self.peek() != Some(b'=') {
            return Some(self.word()).filter(|name| !name.is_empty());
        }
        Some(first).filter(|name| !name.is_empty())
    }

    /// The value behind the `=`; in a line without one there is none.
    fn value(&mut self, ours: bool) -> Called<Option<Found>> {
        self.blanks();
        if self.peek() != Some(b'=') {
            if ours && self.is_end() {
                return Err(self.odd("the variable has no value"));
            }
            return Ok(None);
        }
        self.at += 1;
        let (equals, spaced, line) = (self.at, self.blanks() > 0, self.line);
        let (text, style) = match self.peek() {
            Some(b'\'') => (self.quoted(b'\'')?, Style::Single),
            Some(b'"') => (self.quoted(b'"')?, Style::Double),
            // What is put where nothing is has to stand right behind the `=`.
            _ => (Some(self.bare(spaced)).filter(|text| !text.is_empty()).unwrap_or(equals..equals), Style::Bare),
        };
        if ours && style != Style::Bare {
            self.blanks();
            if !self.is_end() && self.peek() != Some(b'#') {
                return Err(self.odd("something stands behind the closing quote"));
            }
        }
        Ok(Some(Found { text, style, line }))
    }

    /// Up to the closing quote, over several lines too. In double quotes a backslash hides the next byte.
    fn quoted(&mut self, quote: u8) -> Called<Range<usize>> {
        let (start, line) = (self.at, self.line);
        self.at += 1;
        while let Some(byte) = self.peek() {
            match byte {
                byte if byte == quote => {
                    self.at += 1;
                    return Ok(start..self.at);
                }
                b'\\' if quote == b'"' && self.content.get(self.at + 1).is_some_and(|next| *next != b'\n') => {
                    self.at += 1;
                }
                b'\n' => self.line += 1,
                _ => {}
            }
            self.at += 1;
        }
        Err(broken(format!("line {line}: a quote is not closed")))
    }

    /// Up to the end of the line, or to a comment; blanks at its end are not in it.
    fn bare(&mut self, spaced: bool) -> Range<usize> {
        let start = self.at;
        let rest = &self.content[start..];
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = &rest[..end];
        let is_comment = |at: &usize| {
            line[*at] == b'#' && at.checked_sub(1).map_or(spaced, |before| matches!(line[before], b' ' | b'\t'))
        };
        let value = &line[..(0..line.len()).find(is_comment).unwrap_or(line.len())];
        let trimmed = value.iter().rposition(|byte| !matches!(byte, b' ' | b'\t' | b'\r')).map_or(0, |last| last + 1);
        self.at += end;
        start..start + trimmed
    }

    fn word(&mut self) -> &'a [u8] {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')) {
            self.at += 1;
        }
        &self.content[start..self.at]
    }

    fn blanks(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        self.at - start
    }

    fn next_line(&mut self) {
        let rest = &self.content[self.at..];
        self.at += rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |end| end + 1);
        self.line += 1;
    }

    fn peek(&self) -> Option<u8> {
        self.content.get(self.at).copied()
    }

    fn is_end(&self) -> bool {
        matches!(self.peek(), None | Some(b'\n' | b'\r'))
    }

    fn odd(&self, what: &str) -> keybaton_ports::Fault {
        broken(format!("line {}: {what}", self.line))
    }
}
