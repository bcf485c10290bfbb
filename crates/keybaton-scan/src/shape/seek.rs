//! Matches a shape around its anchor, or against a whole value.

use std::ops::Range;

use super::part::{Part, Shape};
use crate::charset::Charset;

/// What may not stand beside a value: it would be a part of it.
const WORD: Charset = Charset::of(b"a-zA-Z0-9_");

impl Shape {
    /// Where the value is whose anchor is at `at`, if there is one.
    pub fn around(&self, bytes: &[u8], at: usize) -> Option<Range<usize>> {
        let anchor = usize::from(self.anchor?);
        let end = forward(&self.parts[anchor..], bytes, at)?;
        let start = backward(&self.parts[..anchor], bytes, at)?;
        let fits = self.starts(bytes, start) && self.ends(bytes, end);
        let lead = if self.inner { self.anchors().iter().find(|text| bytes[at..].starts_with(text))?.len() } else { 0 };
        fits.then_some(start + lead..end)
    }

    /// Whether the whole of `value` has this shape.
    pub fn is(&self, value: &[u8]) -> bool {
        forward(&self.parts, value, 0) == Some(value.len())
    }

    fn starts(&self, bytes: &[u8], start: usize) -> bool {
        let Some(before) = start.checked_sub(1).map(|before| bytes[before]) else { return true };
        let inside = match self.parts.first() {
            Some(Part::Run { set, .. } | Part::Counts { set, .. }) => set.has(before),
            Some(Part::Text(_)) | None => false,
        };
        !(WORD.has(before) || inside) || is_escape(&bytes[start.saturating_sub(3)..start])
    }

    fn ends(&self, bytes: &[u8], end: usize) -> bool {
        let Some(after) = bytes.get(end).copied() else { return true };
        let inside = match self.parts.last() {
            Some(Part::Run { set, .. } | Part::Counts { set, .. }) => set.has(after),
            Some(Part::Text(_)) | None => false,
        };
        !(WORD.has(after) || inside)
    }
}

/// Whether the bytes end with an escape, such as `\n` or `%3D`, after which a value can start though it is a letter.
fn is_escape(bytes: &[u8]) -> bool {
    match *bytes {
        [.., b'\\', last] => matches!(last, b'n' | b't' | b'r'),
        [b'%', high, low] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        _ => false,
    }
}

fn forward(parts: &[Part], bytes: &[u8], at: usize) -> Option<usize> {
    let Some((part, rest)) = parts.split_first() else { return Some(at) };
    match part {
        Part::Text(texts) => {
            let fits = texts.iter().find(|text| bytes[at..].starts_with(text))?;
            forward(rest, bytes, at + fits.len())
        }
        Part::Run { set, min, max } => {
            let run = run(*set, bytes, at, usize::from(*max));
            let length = stop(rest, bytes, at, usize::from(*min), run)?;
            forward(rest, bytes, at + length)
        }
        Part::Counts { set, counts } => {
            let run = run(*set, bytes, at, counts.first().map_or(0, |most| usize::from(*most)));
            let fitting = counts.iter().map(|count| usize::from(*count)).filter(|count| *count <= run);
            let mut ends = fitting.filter_map(|count| forward(rest, bytes, at + count));
            ends.next()
        }
    }
}

/// How many bytes a run takes: before a text as few as reach it, otherwise all.
fn stop(rest: &[Part], bytes: &[u8], at: usize, min: usize, run: usize) -> Option<usize> {
    if run < min {
        return None;
    }
    match rest.first() {
        Some(Part::Text(texts)) => {
            (min..=run).find(|length| texts.iter().any(|text| bytes[at + length..].starts_with(text)))
        }
        Some(Part::Run { .. } | Part::Counts { .. }) | None => Some(run),
    }
}

fn run(set: Charset, bytes: &[u8], at: usize, max: usize) -> usize {
    bytes[at..].iter().take(max).take_while(|byte| set.has(**byte)).count()
}

fn backward(parts: &[Part], bytes: &[u8], at: usize) -> Option<usize> {
    let Some((part, rest)) = parts.split_last() else { return Some(at) };
    let before = &bytes[..at];
    let length = match part {
        Part::Text(texts) => texts.iter().find(|text| before.ends_with(text))?.len(),
        Part::Run { set, min, max } => {
            let run = before.iter().rev().take(usize::from(*max)).take_while(|byte| set.has(**byte)).count();
            (run >= usize::from(*min)).then_some(run)?
        }
        Part::Counts { set, counts } => {
            let most = counts.first().map_or(0, |most| usize::from(*most));
            let run = before.iter().rev().take(most).take_while(|byte| set.has(**byte)).count();
            usize::from(*counts.iter().find(|count| usize::from(**count) <= run)?)
        }
    };
    backward(rest, bytes, at - length)
}

#[cfg(test)]
mod tests {
    use crate::shape::parse;

    fn found(shape: &str, text: &str, anchor: &str) -> Option<String> {
        let at = text.find(anchor).unwrap();
        let range = parse(shape).unwrap().around(text.as_bytes(), at)?;
        Some(text[range].to_owned())
    }

    #[test]
    fn a_shape_matches_exactly_what_it_says() {
        assert_eq!(found("'ab_' alnum{4}", "x = ab_1234;", "ab_").as_deref(), Some("ab_1234"));
        assert_eq!(found("'ab_' alnum{4}", "x = ab_12345", "ab_"), None);
        assert_eq!(found("'ab_' alnum{4}", "xab_1234", "ab_"), None);
        assert_eq!(found("'ab_' alnum{4}", r"\nab_1234", "ab_").as_deref(), Some("ab_1234"));
        assert_eq!(found("alnum{3} !'Q~' word{2,4}", "=abcQ~xy.", "Q~").as_deref(), Some("abcQ~xy"));
        assert_eq!(found("'s-' word{2/4} 'T3' word{2}", "s-abcdT3xy", "s-").as_deref(), Some("s-abcdT3xy"));
        assert_eq!(found("'s-' word{1,9} 'T3' word{2}", "s-abcdT3xy", "s-").as_deref(), Some("s-abcdT3xy"));
        assert_eq!(found("'s-' word{2/4} 'T3' word{2}", "s-abT3xy", "s-").as_deref(), Some("s-abT3xy"));
    }

    #[test]
    fn an_error_says_where_and_what() {
        let errors = ["'abc", "foo{3}", "alnum{9999}", "('a' 'b')", "alnum", ""];
        let said = errors.map(|text| parse(text).unwrap_err().to_string());
        assert_eq!(said[1], "expected a class, a literal or a choice at byte 0 of the shape");
        assert_eq!(said[0], "expected a closing quote at byte 4 of the shape");
    }
}
