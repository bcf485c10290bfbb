//! Values on the line after their name, as Kubernetes and property lists have them.

use memchr::memchr;

use super::{
    Name, Origin,
    place::{FAR, LONGEST, Place, Walk, Way, closing},
};

/// A value on the line after its name: `- name: PASSWORD`, `  value: …`; `<key>Password</key>`, `<string>…</string>`.
pub(super) fn place(bytes: &[u8], name: &Name, line: usize, origin: Origin) -> Option<Place> {
    let before = &bytes[name.range.start.saturating_sub(48)..name.range.start];
    let before = before.rsplit(|byte| *byte == b'\n').next().unwrap_or(before).trim_ascii_end();
    let before = before.strip_suffix(b"\"").or(before.strip_suffix(b"'")).unwrap_or(before).trim_ascii_end();
    let leads: [&[u8]; 9] =
        [b"name:", b"key:", b"name\":", b"key\":", b"<key>", b"<name>", b"name=", b"key=", b"name ="];
    if !leads.iter().any(|lead| before.ends_with(lead)) {
        return None;
    }
    let tail = bytes[name.range.end..line].trim_ascii();
    let is_tag = tail.ends_with(b"\">");
    if !is_tag && !matches!(tail, b"" | b"\"" | b"'" | b"\"," | b"'," | b"</key>" | b"</name>") {
        return None;
    }
    let start = line + 1;
    let end = memchr(b'\n', bytes.get(start..)?.get(..FAR + LONGEST).unwrap_or(&bytes[start..]));
    let end = end.map_or((start + FAR).min(bytes.len()), |newline| start + newline);
    let text = &bytes[start..end];
    let mut walk = Walk { bytes, at: start + (text.len() - text.trim_ascii_start().len()), end, origin, name };
    let quoted = walk.take(b"\"") || walk.take(b"'");
    for lead in [&b"<string>"[..], b"<value>"] {
        if walk.take(lead) {
            return walk.element();
        }
    }
    if is_tag || !walk.take(b"value") || quoted && !(walk.take(b"\"") || walk.take(b"'")) {
        return None;
    }
    walk.spaces();
    if !(walk.take(b":") || walk.take(b"=")) {
        return None;
    }
    walk.spaces();
    let quote = walk.quote();
    let start = walk.at + quote.len();
    let rest = &bytes[start..end];
    let length = if quote.is_empty() { rest.trim_ascii_end().len() } else { closing(rest, quote)? };
    (length > 0).then_some(Place { value: start..start + length, is_quoted: !quote.is_empty(), way: Way::Assigned })
}
