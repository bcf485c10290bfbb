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

/// Visits what is inside the runs of base 64 of a text, if that is asked for. Places inside are those of the run's line.
pub(crate) fn visit(text: &Text<'_>, decoding: Decoding, visit: &mut dyn FnMut(&Text<'_>)) {
    if decoding == Decoding::AsIs {
        return;
    }
    let mut counter = LineCounter::new(text.bytes, text.first_line);
    let is_run = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
    let mut at = 0;
    while at < text.bytes.len() {
        let length = text.bytes[at..].iter().take_while(|byte| is_run(byte)).count();
        let run = &text.bytes[at..at + length];
        let is_own = text.piece.is_none_or(|piece| (piece.start..piece.end).contains(&at));
        if is_own
            && (SHORTEST..=LONGEST).contains(&length)
            && let Some(plain) = base64::decode(run).filter(|plain| is_text(plain))
        {
            let first_line = counter.line(at);
            if text.lines.is_some_and(|lines| !lines.touch(first_line, first_line)) {
                at += length + 1;
                continue;
            }
            visit(&Text { bytes: &plain, first_line, lines: None, piece: None, ..*text });
        }
        at += length + 1;
    }
}

fn is_text(plain: &[u8]) -> bool {
    plain.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}
