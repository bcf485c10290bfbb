//! One line of the file as it may be shown: without comments, and without any value that may be a secret.

use crate::document::Document;
use crate::node::Span;
use crate::problem::Shows;

const HIDDEN: &str = "…";

/// One line of the file as it may be shown, and how places of the file map onto it.
pub(crate) struct Masked {
    /// The line.
    pub(crate) text: String,
    /// Its number, from 1.
    pub(crate) line: usize,
    /// What was hidden: the place in the file, and the place in `text`.
    hidden: Vec<(Span, Span)>,
    bounds: Span,
}

impl Masked {
    /// The line on which `span` begins; its values are hidden, but where `shows` allows the one that `span` is.
    pub(crate) fn new(document: &Document, span: &Span, shows: Shows) -> Self {
        let mut bounds = line_at(document.text(), span.start);
        let mut hidden = match document.root() {
            Some(root) => {
                let (mut leaves, mut keys) = (Vec::new(), Vec::new());
                root.leaves(&mut leaves);
                root.keys(&mut keys);
                let known: Vec<&Span> = leaves.iter().chain(&keys).collect();
                bounds.end = comment(document.text(), &bounds, &known).unwrap_or(bounds.end);
                secrets(&bounds, &leaves, (span, shows))
            }
            None => Vec::from([unparsed(document.text(), &bounds)]),
        };
        hidden.sort_by_key(|span| (span.start, span.end));
        Self::hide(document, bounds, &hidden)
    }

    /// Where a place of the file is in `text`; never empty, so that it can be marked.
    pub(crate) fn map(&self, span: &Span) -> Span {
        let start = self.offset(span.start.clamp(self.bounds.start, self.bounds.end), Edge::Start);
        let end = self.offset(span.end.clamp(self.bounds.start, self.bounds.end), Edge::End);
        start..end.max(start)
    }

    fn hide(document: &Document, bounds: Span, spans: &[Span]) -> Self {
        let (mut text, mut hidden, mut at) = (String::new(), Vec::new(), bounds.start);
        for span in spans.iter().filter(|span| span.end > span.start) {
            if span.start < at {
                continue;
            }
            text.push_str(document.text().get(at..span.start).unwrap_or_default());
            let start = text.len();
            text.push_str(HIDDEN);
            hidden.push((span.clone(), start..text.len()));
            at = span.end;
        }
        text.push_str(document.text().get(at..bounds.end).unwrap_or_default());
        Self { text, line: document.position(bounds.start).0, hidden, bounds }
    }

    fn offset(&self, place: usize, edge: Edge) -> usize {
        let mut shift = (self.bounds.start, 0);
        for (from, to) in &self.hidden {
            if place <= from.start {
                break;
            }
            if place < from.end {
                return if edge == Edge::Start { to.start } else { to.end };
            }
            shift = (from.end, to.end);
        }
        let mut offset = (place - shift.0 + shift.1).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

/// The line on which a byte stands, without its end.
fn line_at(text: &str, at: usize) -> Span {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let (before, after) = text.split_at(at);
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let end = after.find('\n').map_or(text.len(), |newline| at + newline);
    let end = if text.get(start..end).is_some_and(|line| line.ends_with('\r')) { end - 1 } else { end };
    start..end.max(start)
}

/// The values on the line that may not be shown.
fn secrets(bounds: &Span, leaves: &[Span], subject: (&Span, Shows)) -> Vec<Span> {
    let here = |span: &&Span| span.start < bounds.end && span.end > bounds.start;
    let shown = |leaf: &&Span| subject.1 == Shows::Subject && *leaf == subject.0;
    let clip = |span: &Span| span.start.max(bounds.start)..span.end.min(bounds.end);
    leaves.iter().filter(here).filter(|leaf| !shown(leaf)).map(clip).collect()
}

/// Where the comment of a line begins: at the first `#` that stands in no key and no value.
fn comment(text: &str, bounds: &Span, known: &[&Span]) -> Option<usize> {
    let line = text.get(bounds.clone())?;
    let outside = |at: &usize| !known.iter().any(|span| span.contains(at));
    let at = line.match_indices('#').map(|(at, _)| bounds.start + at).find(outside)?;
    let before = text.get(bounds.start..at)?.trim_end();
    Some(bounds.start + before.len())
}

/// What to hide of a line of a file that is not TOML: everything but the beginning of an ordinary entry or header.
fn unparsed(text: &str, bounds: &Span) -> Span {
    let line = text.get(bounds.clone()).unwrap_or_default();
    let plain = |part: &str, more: &str| part.chars().all(|c| c.is_ascii_lowercase() || more.contains(c));
    if line.starts_with('[') && line.len() < 100 && plain(line, "0123456789_-.[] ") {
        return bounds.end..bounds.end;
    }
    let shown = match line.split_once('=') {
        Some((key, _)) if key.len() < 40 && plain(key, "_. \t") => key.len() + 1,
        _ => 0,
    };
    bounds.start + shown..bounds.end
}
