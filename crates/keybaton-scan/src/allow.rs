//! Comments that allow what stands on their line.

use memchr::{memchr, memmem::find, memrchr};

/// What such a comment says; the second one is that of gitleaks, so that existing comments keep their meaning.
const COMMENTS: [&[u8]; 2] = [b"keybaton:allow", b"gitleaks:allow"];

/// How far from a value a comment is looked for.
const REACH: usize = 4096;

/// Whether a comment on the first or last line of a value allows it.
pub(crate) fn is_allowed(bytes: &[u8], start: usize, end: usize) -> bool {
    let from = start.saturating_sub(REACH);
    let from = memrchr(b'\n', &bytes[from..start]).map_or(from, |newline| from + newline + 1);
    let first = &bytes[from..bytes.len().min(start + REACH)];
    let first = &first[..memchr(b'\n', first).unwrap_or(first.len())];
    let last = &bytes[end..bytes.len().min(end + REACH)];
    let last = &last[..memchr(b'\n', last).unwrap_or(last.len())];
    COMMENTS.iter().any(|comment| find(first, comment).is_some() || find(last, comment).is_some())
}
