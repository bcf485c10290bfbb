//! A file that is one value. One newline at its end is the editor's, not the value's.

use keybaton_ports::Called;

use super::entry::{Bytes, unfit};
use super::splice::splice;

/// The value.
pub(super) fn read(content: &[u8]) -> Bytes {
    Bytes::new(content[..content.len() - end(content).len()].to_vec())
}

/// The value with the end that the file had. A value that ends with a newline gets one more.
pub(super) fn write(content: Option<&[u8]>, value: &[u8]) -> Called<Bytes> {
    if value.ends_with(b"\r") {
        return Err(unfit("the value ends with a carriage return, which a reader takes for the end of the line"));
    }
    let kept = end(content.unwrap_or_default());
    let end: &[u8] = if kept.is_empty() && value.ends_with(b"\n") { b"\n" } else { kept };
    Ok(splice(&[], 0..0, &[value, end]))
}

fn end(content: &[u8]) -> &[u8] {
    let ends: [&[u8]; 2] = [b"\r\n", b"\n"];
    ends.into_iter().find(|end| content.ends_with(end)).unwrap_or_default()
}
