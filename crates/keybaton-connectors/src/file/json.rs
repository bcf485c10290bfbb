//! A JSON file: one text of it is replaced, everything else stays byte for byte.

use keybaton_ports::Called;
use serde::de::IgnoredAny;
use zeroize::Zeroizing;

use super::entry::{Bytes, broken, unfit};
use super::scan::{Room, Spot, locate};
use super::splice::splice;
use crate::build::BuildError;

/// Reads a key of the configuration: a dotted path, or a JSON pointer (RFC 6901) when it begins with a slash.
pub(super) fn path(key: &str) -> Result<Vec<String>, BuildError> {
    let parts: Vec<String> = match key.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect(),
        None => key.split('.').map(str::to_owned).collect(),
    };
    if key.is_empty() || (!key.starts_with('/') && parts.iter().any(String::is_empty)) {
        return Err(BuildError::setting("key", "it is a dotted path such as db.password, or a pointer: /db/password"));
    }
    Ok(parts)
}

/// The text at the end of a path; null counts as none.
pub(super) fn read(content: &[u8], path: &[String]) -> Called<Option<Bytes>> {
    valid(content)?;
    let Spot::There(part) = locate(content, path)? else { return Ok(None) };
    let text = &content[part];
    Ok(match text.first() {
        Some(b'"') => Some(decode(text)?),
        Some(b'n') => None,
        // No text is ours: the engine sees a value that it did not write.
        _ => Some(Bytes::new(text.to_vec())),
    })
}

/// The same document with another text at the end of a path; a new one is put at the end of its object.
pub(super) fn write(content: Option<&[u8]>, path: &[String], value: &[u8]) -> Called<Bytes> {
    let text = std::str::from_utf8(value).map_err(|_| unfit("the value is no UTF-8, and JSON holds nothing else"))?;
    let content = content.unwrap_or(b"{}\n");
    valid(content)?;
    match locate(content, path)? {
        Spot::There(part) if matches!(content[part.start], b'{' | b'[') => {
            Err(unfit(format!("{} is no text but holds others", path.join("."))))
        }
        Spot::There(part) => Ok(splice(content, part, &[&encode(text)?])),
        Spot::Missing { room, rest } => insert(content, &room, rest, text),
    }
}

/// Puts a member at the end of an object, spaced as the one before it; what is missing on the way is made.
fn insert(content: &[u8], room: &Room, rest: &[String], text: &str) -> Called<Bytes> {
    let Some((last, outer)) = rest.split_last() else { return Err(broken("the path leads nowhere")) };
    let colon: &[u8] = if room.colon.is_empty() { b": " } else { &content[room.colon.clone()] };
    let comma: &[u8] = if room.lead.is_some() { b"," } else { b"" };
    let lead = room.lead.clone().map_or(&b""[..], |lead| &content[lead]);
    let mut pieces: Vec<Bytes> = vec![Bytes::new([comma, lead].concat())];
    for key in outer {
        pieces.extend([encode(key)?, Bytes::new([colon, b"{"].concat())]);
    }
    pieces.extend([encode(last)?, Bytes::new(colon.to_vec()), encode(text)?, Bytes::new(vec![b'}'; outer.len()])]);
    let pieces: Vec<&[u8]> = pieces.iter().map(|piece| piece.as_slice()).collect();
    Ok(splice(content, room.end..room.end, &pieces))
}

/// Checks the whole document; comments and commas at the end of a list are no JSON.
fn valid(content: &[u8]) -> Called<()> {
    match serde_json::from_slice::<IgnoredAny>(content) {
        Ok(_) => Ok(()),
        // The words of the library name no part of the content; the place is enough.
        Err(error) => {
            Err(broken(format!("it is no JSON (RFC 8259): line {}, column {}", error.line(), error.column())))
        }
    }
}

fn encode(text: &str) -> Called<Bytes> {
    // Six bytes for each control character, and the quotes: the buffer never grows.
    let mut whole = Bytes::new(Vec::with_capacity(text.len() * 6 + 2));
    serde_json::to_writer(&mut *whole, text).map_err(|_| unfit("the value cannot be written as JSON"))?;
    Ok(whole)
}

pub(super) fn decode(text: &[u8]) -> Called<Bytes> {
    let read: String = serde_json::from_slice(text).map_err(|_| broken("it has a text that is no Unicode"))?;
    Ok(Zeroizing::new(read.into_bytes()))
}
