//! Finds a place in a JSON document that is known to be valid, by its bytes.

use std::ops::Range;

use keybaton_ports::Called;

use super::entry::broken;
use super::json::decode;

/// What is at the end of a path.
pub(super) enum Spot<'a> {
    /// A value.
    There(Range<usize>),
    /// Nothing: room in the last object on the way, and the keys from there on.
    Missing {
        /// Where a member may be put.
        room: Room,
        /// Its key, and those below it.
        rest: &'a [String],
    },
}

/// Where a member may be put at the end of an object.
pub(super) struct Room {
    /// Behind the last value, or behind the brace of an empty object.
    pub(super) end: usize,
    /// What stands before the last key; none in an empty object.
    pub(super) lead: Option<Range<usize>>,
    /// What stands between the last key and its value.
    pub(super) colon: Range<usize>,
}

/// Follows a path from the root; an element of a list is found by its number.
pub(super) fn locate<'a>(content: &[u8], path: &'a [String]) -> Called<Spot<'a>> {
    let text = Text(content);
    let mut here = text.value(text.space(0));
    for (at, key) in path.iter().enumerate() {
        let next = match content[here.start] {
            b'{' => match text.member(here.start, key)? {
                (Some(value), _) => value,
                (None, room) => return Ok(Spot::Missing { room, rest: &path[at..] }),
            },
            b'[' => match key.parse().ok().and_then(|index| text.element(here.start, index)) {
                Some(value) => value,
                None => return Err(broken(format!("the list has no element {key}"))),
            },
            _ => return Err(broken(format!("{} is neither an object nor a list", path[..at].join(".")))),
        };
        here = next;
    }
    Ok(Spot::There(here))
}

/// The bytes of a valid document.
struct Text<'a>(&'a [u8]);

impl Text<'_> {
    /// The value of a key of the object that begins here. A key that stands there twice is nobody's.
    fn member(&self, object: usize, key: &str) -> Called<(Option<Range<usize>>, Room)> {
        let mut room = Room { end: object + 1, lead: None, colon: 0..0 };
        let (mut found, mut before) = (None, object + 1);
        loop {
            let start = self.space(before);
            if self.0[start] != b'"' {
                return Ok((found, room));
            }
            let name = self.value(start);
            let value = self.value(self.space(self.space(name.end) + 1));
            if decode(&self.0[name.clone()])?.as_slice() == key.as_bytes() && found.replace(value.clone()).is_some() {
                return Err(broken(format!("the key {key} stands there twice")));
            }
            room = Room { end: value.end, lead: Some(before..start), colon: name.end..value.start };
            let comma = self.space(value.end);
            if self.0[comma] != b',' {
                return Ok((found, room));
            }
            before = comma + 1;
        }
    }

    /// An element of the list that begins here.
    fn element(&self, list: usize, index: usize) -> Option<Range<usize>> {
        let mut at = self.space(list + 1);
        for skipped in 0.. {
            if self.0[at] == b']' {
                return None;
            }
            let value = self.value(at);
            if skipped == index {
                return Some(value);
            }
            let next = self.space(value.end);
            at = if self.0[next] == b',' { self.space(next + 1) } else { next };
        }
        None
    }

    /// The value that begins here: brackets are counted outside of texts.
    fn value(&self, start: usize) -> Range<usize> {
        let (mut at, mut depth) = (start, 0_usize);
        loop {
            match self.0[at] {
                b'"' => at = self.string(at),
                b'{' | b'[' => (depth, at) = (depth + 1, at + 1),
                b'}' | b']' => (depth, at) = (depth.saturating_sub(1), at + 1),
                b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => at += 1,
                _ => at = self.word(at),
            }
            if depth == 0 {
                return start..at;
            }
        }
    }

    /// Behind the text that begins here.
    fn string(&self, start: usize) -> usize {
        let mut at = start + 1;
        while self.0[at] != b'"' {
            at += if self.0[at] == b'\\' { 2 } else { 1 };
        }
        at + 1
    }

    /// Behind the number, `true`, `false` or `null` that begins here.
    fn word(&self, start: usize) -> usize {
        let rest = &self.0[start..];
        start + rest.iter().position(|byte| b",]} \t\n\r".contains(byte)).unwrap_or(rest.len())
    }

    fn space(&self, start: usize) -> usize {
        let rest = &self.0[start..];
        start + rest.iter().position(|byte| !b" \t\n\r".contains(byte)).unwrap_or(rest.len())
    }
}
