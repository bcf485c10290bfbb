//! Values inside base 64: a long run that decodes to text is looked at as a text of its own.

use crate::{LineCounter, Text, base64};

/// What is decoded on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Decoding {
    /// Nothing.
    #[default]
    AsIs,
    /// Runs of base 64 that turn out to be text.
    Base64,
}

/// The shortest run that is decoded, and the longest.
const SHORTEST: usize = 24;
const LONGEST: usize = 32 * 1024;

/// How far a line of a broken run may be indented.
const INDENT: usize = 64;

/// Visits what is inside the runs of base 64 of a text, if that is asked for. Places inside are those of the run's line.
pub(crate) fn visit(text: &Text<'_>, decoding: Decoding, visit: &mut dyn FnMut(&Text<'_>)) {
    if decoding == Decoding::AsIs {
        return;
    }
    let mut counter = LineCounter::new(text.bytes, text.first_line);
    let (mut at, mut tried) = (0, 0);
    while at < text.bytes.len() {
        let run = run(&text.bytes[at..]);
        let (start, is_own) = (at, text.piece.is_none_or(|piece| (piece.start..piece.end).contains(&at)));
        at += run.len() + 1;
        if !is_own || !(SHORTEST..=LONGEST).contains(&run.len()) {
            continue;
        }
        let Some(first) = whole(run) else { continue };
        // lines that make no text together are not put together again from each of them
        let Block { plain, length, breaks } = if start < tried {
            first
        } else {
            let (block, length) = broken(&text.bytes[start..], run);
            tried = start + length;
            block.unwrap_or(first)
        };
        at = start + length + 1;
        let first_line = counter.line(start);
        if text.lines.is_none_or(|lines| lines.touch(first_line, first_line + breaks)) {
            visit(&Text { bytes: &plain, first_line, lines: None, piece: None, ..*text });
        }
    }
}

/// What was decoded.
struct Block {
    plain: Vec<u8>,
    /// How many bytes it takes where it stands.
    length: usize,
    /// Over how many line breaks it goes.
    breaks: u32,
}

/// The run of base 64 at the start.
fn run(bytes: &[u8]) -> &[u8] {
    let is_run = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
    &bytes[..bytes.iter().take_while(is_run).count()]
}

fn whole(run: &[u8]) -> Option<Block> {
    let plain = base64::decode(run).filter(|plain| is_text(plain))?;
    Some(Block { plain, length: run.len(), breaks: 0 })
}

/// A run that is broken into lines of one length, as MIME and YAML break it; the last one may be shorter. And how far it
/// was followed.
fn broken(bytes: &[u8], first: &[u8]) -> (Option<Block>, usize) {
    let (mut joined, mut length, mut breaks) = (first.to_vec(), first.len(), 0);
    while joined.len() <= LONGEST && first.len().is_multiple_of(4) {
        let rest = &bytes[length..];
        let Some(next) = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n")) else { break };
        let indent = next.iter().take(INDENT).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let part = run(&next[indent..]);
        if part.is_empty() || part.len() > first.len() {
            break;
        }
        joined.extend_from_slice(part);
        length = bytes.len() - next.len() + indent + part.len();
        breaks += 1;
        if part.len() < first.len() {
            break;
        }
    }
    let plain = if breaks > 0 { base64::decode(&joined).filter(|plain| is_text(plain)) } else { None };
    (plain.map(|plain| Block { plain, length, breaks }), length)
}

fn is_text(plain: &[u8]) -> bool {
    plain.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::{Decoding, visit};
    use crate::Text;

    fn seen(text: &str) -> Vec<(String, u32)> {
        let mut seen = Vec::new();
        visit(&Text::new(text.as_bytes()), Decoding::Base64, &mut |inner| {
            seen.push((String::from_utf8(inner.bytes.to_vec()).unwrap(), inner.first_line));
        });
        seen
    }

    #[test]
    fn a_run_that_is_broken_into_lines_is_one() {
        let plain = "user = operator and password = Kx92kdls!q and so on";
        let coded = data_encoding::BASE64.encode(plain.as_bytes());
        let lines = |indent: &str, width| {
            let parts = coded.as_bytes().chunks(width).map(|part| std::str::from_utf8(part).unwrap());
            parts.map(|part| format!("{indent}{part}")).collect::<Vec<_>>()
        };
        for text in [lines("", 28).join("\n"), lines("", 24).join("\r\n"), lines("    ", 40).join("\n"), coded.clone()]
        {
            assert_eq!(seen(&format!("data: |\n{text}\nnext: 1\n")), [(plain.to_owned(), 2)], "{text}");
        }
    }

    #[test]
    fn many_lines_that_make_no_text_together_cost_what_they_are_long() {
        let line = data_encoding::BASE64.encode(b"eighteen bytes, so");
        let text = format!("{line}\nAAAAAAAAAAAAAAAAAAAAAAAA\n").repeat(20_000);
        assert_eq!(seen(&text).len(), 20_000);
    }
}
