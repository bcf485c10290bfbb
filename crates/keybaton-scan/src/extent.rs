//! How far a value reaches beyond what its shape says.

use std::ops::Range;

use memchr::memmem::find;

/// The longest private key, with room for certificates' kin.
const LONGEST: usize = 16 * 1024;

/// How far a value reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// As far as its shape.
    Shape,
    /// To the end of the PEM block that the shape begins.
    Pem,
    /// To the end of the file of `PuTTY` that the shape begins.
    Putty,
}

impl Extent {
    /// The whole value whose shape is at `range`; none if nothing that matters follows.
    pub(crate) fn of(self, range: Range<usize>, bytes: &[u8]) -> Option<Range<usize>> {
        let rest = &bytes[range.end..bytes.len().min(range.end + LONGEST)];
        match self {
            Self::Shape => Some(range),
            Self::Pem => Some(range.start..range.end + pem(rest)?),
            Self::Putty => Some(range.start..range.end + find(rest, b"Private-MAC: ")?),
        }
    }
}

/// Where the block ends that goes on with `rest`: `-----`, the body, and the line that closes it.
fn pem(rest: &[u8]) -> Option<usize> {
    let rest_after = rest.strip_prefix(b" BLOCK").unwrap_or(rest).strip_prefix(b"-----")?;
    let head = rest.len() - rest_after.len();
    // no block reaches into the next one, so that many beginnings cost no more than their length
    let rest_after = &rest_after[..find(rest_after, b"-----BEGIN ").unwrap_or(rest_after.len())];
    let close = find(rest_after, b"-----END ");
    let end = close.unwrap_or_else(|| unclosed(rest_after));
    let body = &rest_after[..end];
    let stands_for = find(body, b"...").is_some() || find(body, b"xxxx").is_some() || find(body, b"XXXX").is_some();
    let dense = longest_run(body) >= 40;
    if stands_for || !dense {
        return None;
    }
    let tail = close.map_or(0, |close| find(&rest_after[close + 9..], b"-----").map_or(9, |tail| tail + 14));
    Some((head + end + tail).min(rest.len()))
}

/// Where a block ends that nothing closes: before the first line that does not look like a part of it.
fn unclosed(body: &[u8]) -> usize {
    let (mut end, mut is_first) = (0, true);
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        if !is_first && longest_run(line) < 16 {
            break;
        }
        is_first = line.trim_ascii().len() < 8;
        end += line.len();
    }
    body[..end].trim_ascii_end().len()
}

/// The longest run of characters of base 64.
fn longest_run(body: &[u8]) -> usize {
    let is_dense = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    body.split(|byte| !is_dense(byte)).map(<[u8]>::len).max().unwrap_or(0)
}
