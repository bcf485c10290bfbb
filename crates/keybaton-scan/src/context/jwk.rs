//! Private JSON Web Keys: an object with a `kty` whose `d` or `k` is the private part (RFC 7517, RFC 7518 section 6).

use std::ops::Range;

use super::{Candidate, Kind, Origin, is_placeholder, place::Place};
use crate::{charset::Charset, entropy};

const BASE64URL: Charset = Charset::of(b"a-zA-Z0-9_").with(b'-');

/// How far before and after `kty` the object may reach: an RSA key of 4096 bits with all its parts has less than 4 KiB.
const REACH: usize = 8192;

/// 128 bits, the shortest key of any algorithm, in base 64.
const SHORTEST: usize = 22;

/// The private part of the key whose `kty` is at `at`.
pub(super) fn private_part(bytes: &[u8], at: usize, origin: Origin) -> Option<Candidate> {
    let object = object(bytes, at)?;
    let inside = &bytes[object.clone()];
    let is_kind = inside.get(at - object.start..).is_some_and(|kty| member(kty, 0, b"kty").is_some());
    let value = [b"d", b"k"].into_iter().find_map(|name| named(inside, name))?;
    let text = &inside[value.clone()];
    let is_likely = is_kind && text.len() >= SHORTEST && !is_placeholder(text) && entropy::shannon(text) >= 3.0;
    let value = object.start + value.start..object.start + value.end;
    Some(Candidate { place: Place::plain(value), name: at..at + b"kty".len(), kind: Kind::Jwk, origin, is_likely })
}

/// The object around a place. Its members are texts, numbers and lists: a brace inside them is no part of a key.
fn object(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    let from = at.saturating_sub(REACH);
    let start = from + bytes[from..at].iter().rposition(|byte| matches!(byte, b'{' | b'}'))?;
    let rest = &bytes[at..bytes.len().min(at + REACH)];
    let end = at + rest.iter().position(|byte| matches!(byte, b'{' | b'}'))?;
    (bytes[start] == b'{' && bytes[end] == b'}').then_some(start..end)
}

/// The value of the first member with this name.
fn named(inside: &[u8], name: &[u8]) -> Option<Range<usize>> {
    let begins = |at: usize| at > 0 && matches!(inside[at - 1], b'"' | b'\'' | b' ' | b'\t' | b'\n' | b',' | b'{');
    let places = memchr::memchr_iter(name[0], inside).filter(|at| begins(*at));
    places.into_iter().find_map(|at| member(inside, at, name))
}

/// The value of a member whose name is at `at`: `"d": "…"`, `d: '…'`, `"d" => "…"`.
fn member(inside: &[u8], at: usize, name: &[u8]) -> Option<Range<usize>> {
    let rest = inside.get(at..)?.strip_prefix(name)?;
    let rest = rest.strip_prefix(b"\\").unwrap_or(rest);
    let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'")).unwrap_or(rest).trim_ascii_start();
    let rest = rest.strip_prefix(b":").or(rest.strip_prefix(b"=>"))?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\\").unwrap_or(rest);
    let rest = rest.strip_prefix(b"\"").or(rest.strip_prefix(b"'"))?;
    let start = inside.len() - rest.len();
    let length = rest.iter().take_while(|byte| BASE64URL.has(**byte)).count();
    (length > 0).then_some(start..start + length)
}

#[cfg(test)]
mod tests {
    use crate::{Rules, Scanner, Text};

    const PRIVATE: &str = "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE";
    const PUBLIC: &str = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";

    fn found(text: &str) -> Vec<String> {
        let (rules, mut found) = (Rules::built_in(), Vec::new());
        Scanner::new(&rules).scan(&Text::new(text.as_bytes()), &mut |hit| {
            found.push(format!("{} {}", hit.rule.id, &text[hit.range()]));
        });
        found
    }

    #[test]
    fn the_private_part_of_a_key_is_found_however_the_object_is_written() {
        for text in [
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{PUBLIC}","d":"{PRIVATE}"}}"#),
            format!("jwk = {{\n  kty: 'OKP',\n  d: '{PRIVATE}',\n  x: '{PUBLIC}',\n}}"),
            format!("{{\n  \"k\": \"{PRIVATE}\",\n  \"kty\": \"oct\"\n}}"),
            format!(r#"env = "{{\"kty\":\"oct\",\"k\":\"{PRIVATE}\"}}""#),
        ] {
            assert_eq!(found(&text), [format!("private-jwk {PRIVATE}")], "{text}");
        }
    }

    #[test]
    fn public_keys_and_what_is_no_key_are_not_found() {
        for text in [
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{PUBLIC}","y":"{PUBLIC}"}}"#),
            format!(r#"{{"kty":"oct"}}, {{"k":"{PRIVATE}"}}"#),
            r#"{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#.to_owned(),
            r#"{"kty":"oct","k":"short"}"#.to_owned(),
            format!(r#"{{ kty, d: "{PRIVATE}" }}"#),
            "kty".to_owned(),
        ] {
            assert_eq!(found(&text), Vec::<String>::new(), "{text}");
        }
    }
}
