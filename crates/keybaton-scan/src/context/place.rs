//! Where the value of a name stands: after an operator, as an argument, in an element, on the next line.

use std::ops::Range;

use memchr::memchr;

use super::{Name, Origin, name, next_line};
use crate::charset::Charset;

/// What a type is written with.
const TYPE: Charset = Charset::of(b"a-zA-Z0-9_.<>[]?& '|");

/// How far after a name its value may start, and how long it may be.
pub(super) const FAR: usize = 160;
pub(super) const LONGEST: usize = 1024;

/// A value and how it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Where the value is, without quotes.
    pub(crate) value: Range<usize>,
    /// Whether it is in quotes.
    pub(crate) is_quoted: bool,
    /// What leads to it.
    pub(crate) way: Way,
}

impl Place {
    /// A value that stands as plainly as one in quotes behind `=`.
    pub(super) fn plain(value: Range<usize>) -> Self {
        Self { value, is_quoted: true, way: Way::Assigned }
    }

    /// Whether it is the first element of a list.
    pub(super) fn begins_list(&self, bytes: &[u8]) -> bool {
        let before = bytes[..self.value.start].iter().rev().take(8).find(|byte| !b"\"'\\` ".contains(byte));
        self.is_quoted && before == Some(&b'[')
    }
}

/// What leads from a name to its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// `=`, `:`, `=>`, `:=`.
    Assigned,
    /// `==`, `!=`, `.equals(`.
    Compared,
    /// The first or only argument of a call: `setPassword("…")`.
    Argument,
    /// The next argument after the name: `put("password", "…")`.
    Next,
    /// An element of XML.
    Element,
    /// After a space: `--password …`, `requirepass …`.
    Spaced,
}

/// The places where the value of a name stands; mostly none or one.
pub(crate) fn of(bytes: &[u8], name: &Name, origin: Origin) -> Option<Place> {
    let end = name.range.end;
    let limit = (end + FAR + LONGEST).min(bytes.len());
    let line = memchr(b'\n', &bytes[end..limit]).map_or(limit, |newline| end + newline);
    let mut walk = Walk { bytes, at: end, end: line, origin, name };
    let place = walk.place().or_else(|| next_line::place(bytes, name, line, origin));
    place.filter(|place| !name.is_plural || place.begins_list(bytes))
}

/// A way through a text, from a name to its value.
pub(super) struct Walk<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) origin: Origin,
    pub(super) name: &'a Name,
}

impl Walk<'_> {
    fn rest(&self) -> &[u8] {
        &self.bytes[self.at..self.end]
    }

    fn peek(&self) -> u8 {
        self.rest().first().copied().unwrap_or(b'\n')
    }

    pub(super) fn take(&mut self, text: &[u8]) -> bool {
        let there = self.rest().starts_with(text);
        self.at += if there { text.len() } else { 0 };
        there
    }

    pub(super) fn spaces(&mut self) -> bool {
        let from = self.at;
        while matches!(self.peek(), b' ' | b'\t') && self.at < self.end {
            self.at += 1;
        }
        self.at > from
    }

    fn place(&mut self) -> Option<Place> {
        if self.name.method.is_some() {
            self.at = self.name.method.as_ref()?.end + 1;
            return self.value(Way::Compared);
        }
        let was_quoted = self.closers();
        let spaced = self.spaces();
        let way = self.way(was_quoted, spaced)?;
        self.value(way)
    }

    /// What closes a quoted or indexed name: `"`, `']`, `[]`.
    fn closers(&mut self) -> bool {
        let mut quoted = false;
        for _ in 0..4 {
            if self.take(b"\\\"") || self.take(b"\"") || self.take(b"'") || self.take(b"`") || self.take(b"&quot;") {
                quoted = true;
            } else if self.peek() == b'[' {
                let close = memchr(b']', &self.rest()[..self.rest().len().min(12)]);
                let Some(close) = close else { break };
                self.at += close + 1;
            } else if !(self.take(b"]") || quoted && self.take(b")")) {
                break;
            }
        }
        quoted
    }

    fn way(&mut self, was_quoted: bool, spaced: bool) -> Option<Way> {
        let attribute = self.attribute();
        if attribute {
            return Some(Way::Assigned);
        }
        // `$('#password').val('…')`, `.find_element('password').send_keys('…')`
        let fills: [&[u8]; 6] = [b".val(", b".type(", b".fill(", b".sendKeys(", b".send_keys(", b".setValue("];
        if was_quoted && fills.iter().any(|call| self.take(call)) {
            return Some(Way::Argument);
        }
        match self.peek() {
            b'=' | b'!' | b'~' | b'?' | b'|' => self.equals(),
            b':' => self.colon(),
            b'-' if self.take(b"->") => Some(Way::Assigned),
            b'<' if self.take(b"<-") => Some(Way::Assigned),
            b',' if was_quoted => {
                self.at += 1;
                Some(Way::Next)
            }
            b'(' if !was_quoted && name::is_setter(&self.bytes[self.name.range.clone()]) => {
                self.at += 1;
                Some(Way::Argument)
            }
            b'>' if self.is_element() => {
                self.at += 1;
                Some(Way::Element)
            }
            b'o' if self.take(b"or ") => Some(Way::Compared),
            b'i' if self.take(b"is ") => Some(Way::Spaced),
            b'\n' | b'\r' | b'#' | b'/' | b';' => None,
            _ if spaced && !was_quoted && self.is_directive() => Some(Way::Spaced),
            b'"' | b'\'' if spaced && !was_quoted => Some(Way::Spaced),
            _ => None,
        }
    }

    /// `value="…"` after `name="password"`, `"value": "…"` after `"name": "PASSWORD",`.
    fn attribute(&mut self) -> bool {
        let from = self.at;
        self.take(b",");
        self.spaces();
        let _quote = self.take(b"\"") || self.take(b"'");
        let words: [&[u8]; 6] = [b"value", b"Value", b"content", b"defaultValue", b"default", b"CONTENT"];
        if words.iter().any(|word| self.take(word)) {
            let _quote = self.take(b"\"") || self.take(b"'");
            self.spaces();
            if self.take(b"=") || self.take(b":") {
                return true;
            }
        }
        self.at = from;
        false
    }

    fn equals(&mut self) -> Option<Way> {
        let compared: [&[u8]; 5] = [b"===", b"!==", b"==", b"!=", b"=~"];
        if compared.iter().any(|operator| self.take(operator)) {
            return Some(Way::Compared);
        }
        let assigned: [&[u8]; 8] = [b"=>", b"?=", b"||=", b"||", b"??=", b"??", b"?:", b"="];
        assigned.iter().any(|operator| self.take(operator)).then_some(Way::Assigned)
    }

    fn colon(&mut self) -> Option<Way> {
        if self.take(b":=") || self.take(b":-") {
            return Some(Way::Assigned);
        }
        if self.rest().starts_with(b"::") {
            return None;
        }
        self.at += 1;
        let from = self.at;
        self.spaces();
        // a type: `password: Option<String> = "…"`
        let head = &self.rest()[..self.rest().len().min(48)];
        let typed = head.iter().take_while(|byte| TYPE.has(**byte)).count();
        if typed > 0 && head[typed - 1] == b' ' && head.get(typed) == Some(&b'=') && head.get(typed + 1) != Some(&b'=')
        {
            self.at += typed + 1;
            return Some(Way::Assigned);
        }
        self.at = from;
        Some(Way::Assigned)
    }

    /// Whether the name is that of an opening tag.
    fn is_element(&self) -> bool {
        let before = &self.bytes[self.name.range.start.saturating_sub(64)..self.name.range.start];
        let tag = before.iter().rposition(|byte| matches!(byte, b'<' | b'>' | b' ' | b'\n' | b'"'));
        let opened = tag.is_some_and(|tag| before[tag] == b'<' && before.get(tag + 1) != Some(&b'/'));
        // `<string name="password">…</string>`
        let attribute = before.ends_with(b"name=\"") || before.ends_with(b"key=\"") || before.ends_with(b"name='");
        opened || attribute
    }

    /// Whether the name is an option of a command, or the first word of a line of settings.
    fn is_directive(&self) -> bool {
        let name = &self.bytes[self.name.range.clone()];
        if name.starts_with(b"--") {
            return true;
        }
        if !matches!(self.origin, Origin::Settings | Origin::Unknown | Origin::Test) {
            return false;
        }
        let before = &self.bytes[self.name.range.start.saturating_sub(48)..self.name.range.start];
        let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or(before).trim_ascii();
        let starts: [&[u8]; 7] = [b"", b"ENV", b"ARG", b"set", b"setenv", b"config", b"export"];
        starts.contains(&line) || line.ends_with(b"login") || line.starts_with(b"machine")
    }

    fn value(&mut self, way: Way) -> Option<Place> {
        self.spaces();
        if way == Way::Element {
            return self.element();
        }
        self.wrappers();
        if self.at > self.name.range.end + FAR {
            return None;
        }
        let quote = self.quote();
        if quote.is_empty() {
            return matches!(way, Way::Assigned | Way::Spaced).then(|| self.bare(way)).flatten();
        }
        let start = self.at + quote.len();
        let length = closing(&self.bytes[start..self.end], quote)?;
        let end = start + length;
        self.at = end + quote.len();
        // the first of several arguments of a call is seldom what the call is named after
        let goes_on = match way {
            Way::Argument | Way::Next => !self.is_last_argument(),
            Way::Assigned | Way::Compared | Way::Element | Way::Spaced => self.is_part(),
        };
        (!goes_on).then_some(Place { value: start..end, is_quoted: true, way })
    }

    /// The quote that stands here, escaped or not; empty if there is none.
    pub(super) fn quote(&self) -> &'static [u8] {
        let quotes: [&'static [u8]; 7] = [b"\\\"", b"\\'", b"&quot;", b"\"", b"'", b"`", b"\\\\\""];
        quotes.iter().find(|quote| self.rest().starts_with(quote)).copied().unwrap_or(b"")
    }

    /// What may stand between an operator and a quote: `b`, `new String(`, `Some(`.
    fn wrappers(&mut self) {
        for _ in 0..3 {
            if self.take(b"ConvertTo-SecureString ") {
                self.take(b"-String ");
            }
            let head = &self.rest()[..self.rest().len().min(40)];
            let word = head.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_.&[]".contains(byte)).count();
            let next = head.get(word).copied().unwrap_or(b'\n');
            let is_prefix = (1..=2).contains(&word) && matches!(next, b'"' | b'\'');
            if is_prefix || word == 3 && head.starts_with(b"new") && next == b' ' {
                self.at += word + usize::from(next == b' ');
                continue;
            }
            if matches!(head.first(), Some(b'(' | b'[' | b'{')) && matches!(head.get(1), Some(b'"' | b'\'')) {
                self.at += 1;
                continue;
            }
            if next == b'(' && wraps(&head[..word]) {
                self.at += word + 1;
                continue;
            }
            if matches!(head.first(), Some(b'@' | b'$')) && matches!(head.get(1), Some(b'"')) {
                self.at += 1;
            }
            break;
        }
    }

    /// Whether the text that has just ended is only a part of an expression.
    fn is_part(&self) -> bool {
        let rest = self.rest().trim_ascii_start();
        let methods: [&[u8]; 12] = [
            b".to_string",
            b".to_owned",
            b".into",
            b".toCharArray",
            b".getBytes",
            b".encode",
            b".trim",
            b".freeze",
            b".as_bytes",
            b".toString",
            b".strip",
            b".decode",
        ];
        match rest.first() {
            Some(b'+' | b'%') => true,
            Some(b'.') => !methods.iter().any(|method| rest.starts_with(method)) && rest.get(1) != Some(&b'\n'),
            // `"password": "a" if x else "b"`, `'pass' in`
            Some(b'i') => rest.starts_with(b"in "),
            Some(_) | None => false,
        }
    }

    fn is_last_argument(&self) -> bool {
        let rest = self.rest().trim_ascii_start();
        let closed = rest.starts_with(b")") || rest.starts_with(b".toCharArray()") || rest.starts_with(b".getBytes(");
        closed || rest.is_empty() || rest.starts_with(b".into(") || rest.starts_with(b".to_")
    }

    pub(super) fn element(&mut self) -> Option<Place> {
        self.take(b"<![CDATA[");
        let start = self.at;
        let length = self.rest().iter().position(|byte| matches!(byte, b'<' | b'>' | b'{'))?;
        let closes = self.rest()[length..].starts_with(b"</");
        let length = self.rest()[..length].trim_ascii_end().strip_suffix(b"]]").map_or(length, <[u8]>::len);
        let value = start..start + self.bytes[start..start + length].trim_ascii_end().len();
        closes.then_some(Place { value, is_quoted: true, way: Way::Element })
    }

    /// A value without quotes: a setting to the end of its line, or a word within a text in quotes.
    fn bare(&mut self, way: Way) -> Option<Place> {
        let start = self.at;
        let inside = enclosing(self.bytes, self.name.range.start);
        let is_option = self.bytes[self.name.range.clone()].starts_with(b"-");
        let is_default = self.bytes[..start].ends_with(b":-");
        let stop: &[u8] = if is_default || inside.is_some() || is_option { b" \t\"'`;&,<>)}\\\r|" } else { b" \t\r;" };
        if inside.is_none() && !self.origin.takes_bare() && !is_option {
            return None;
        }
        let length = self.rest().iter().position(|byte| stop.contains(byte)).unwrap_or(self.rest().len());
        let mut value = &self.bytes[start..start + length];
        let after = self.bytes[start + length..self.end].trim_ascii();
        let comment =
            after.is_empty() || after.starts_with(b"#") || after.starts_with(b"//") || after.starts_with(b";");
        let in_settings = inside.is_none() && !is_option;
        if in_settings && !is_default && way == Way::Assigned && !comment && !self.goes_on_in_shell(after) {
            return None;
        }
        while let [rest @ .., b',' | b'"' | b'\''] = value {
            value = rest;
        }
        let end = start + value.len();
        (end > start).then_some(Place { value: start..end, is_quoted: false, way })
    }

    /// `PASSWORD=… command`, `A=… && b`, `--password … --other`.
    fn goes_on_in_shell(&self, after: &[u8]) -> bool {
        let tight = self.bytes.get(self.name.range.end) == Some(&b'=');
        tight && self.bytes.get(self.name.range.end + 1).is_some_and(|byte| *byte != b' ') || after.starts_with(b"&&")
    }
}

/// Calls that hand on the text that they are given.
fn wraps(call: &[u8]) -> bool {
    let calls: [&[u8]; 22] = [
        b"String",
        b"string",
        b"str",
        b"bytes",
        b"SecretStr",
        b"Some",
        b"[]byte",
        b"byte",
        b"SecretString",
        b"Secret",
        b"to_bytes",
        b"Buffer.from",
        b"String.valueOf",
        b"std::string",
        b"char",
        b"NSString",
        b"QString",
        b"_T",
        b"L",
        b"TEXT",
        b"StringValue",
        b"Optional.of",
    ];
    calls.contains(&call)
}

/// Where a quoted text ends.
pub(super) fn closing(text: &[u8], quote: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < text.len().min(LONGEST) {
        if text[at..].starts_with(quote) {
            return Some(at);
        }
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    None
}

/// The quote of the text within which a place is, looking back on its line.
fn enclosing(bytes: &[u8], at: usize) -> Option<u8> {
    let before = &bytes[at.saturating_sub(400)..at];
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or(before);
    let (mut open, mut no) = (None, 0);
    while no < line.len() {
        match (open, line[no]) {
            (_, b'\\') => no += 1,
            (None, quote @ (b'"' | b'\'' | b'`')) => open = Some(quote),
            (Some(quote), byte) if quote == byte => open = None,
            (Some(_) | None, _) => {}
        }
        no += 1;
    }
    open
}
