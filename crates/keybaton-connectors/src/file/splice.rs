//! One part of a text replaced, the rest byte for byte.

use std::ops::Range;

use super::entry::Bytes;

/// Replaces `part` of `content`; the buffer never grows, so that no reallocation leaves a copy behind.
pub(super) fn splice(content: &[u8], part: Range<usize>, with: &[&[u8]]) -> Bytes {
    let new: usize = with.iter().map(|piece| piece.len()).sum();
    let mut whole = Bytes::new(Vec::with_capacity(content.len() - part.len() + new));
    whole.extend_from_slice(&content[..part.start]);
    for piece in with {
        whole.extend_from_slice(piece);
    }
    whole.extend_from_slice(&content[part.end..]);
    whole
}
