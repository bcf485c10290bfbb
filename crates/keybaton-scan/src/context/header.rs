//! `Authorization: Basic …` and `Bearer …`.

use std::ops::Range;

use super::{Candidate, Kind, Name, Origin, is_placeholder, judge::Look, place::Place};
use crate::{charset::Charset, entropy};

const TOKEN: Charset = Charset::of(b"a-zA-Z0-9+/=_.~:").with(b'-');

/// How far after the name a scheme may stand.
const REACH: usize = 40;

/// What stands after `Basic` or `Bearer` behind a name such as `Authorization`.
pub(super) fn credential(bytes: &[u8], name: &Name, origin: Origin) -> Option<Candidate> {
    let text = &bytes[name.range.clone()];
    if !text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"auth")) {
        return None;
    }
    let end = name.range.end;
    let rest = &bytes[end..bytes.len().min(end + REACH)];
    let (line, next) = rest.split_at(memchr::memchr(b'\n', rest).unwrap_or(rest.len()));
    let in_list = matches!(line.trim_ascii(), b":" | b"\":" | b"':" | b"\": [" | b"':[" | b"\":[" | b"': [");
    let (at, scheme) =
        scheme(line).or_else(|| of_list(next).filter(|_| in_list).map(|(at, scheme)| (line.len() + at, scheme)))?;
    let start = end + at + scheme;
    let place = Place::plain(token(bytes, start));
    let value = &bytes[place.value.clone()];
    let is_likely =
        if scheme == b"Basic ".len() { pair(value).is_some_and(is_chosen) } else { is_token(value, origin) };
    Some(Candidate { place, name: name.range.clone(), kind: Kind::Header, origin, is_likely })
}

/// The scheme of the first element of a list that begins on the next line: `- Bearer …`, `"Basic …"`.
fn of_list(next: &[u8]) -> Option<(usize, usize)> {
    let element = next.trim_ascii_start();
    let inner = element.strip_prefix(b"- ").unwrap_or(element);
    let inner = inner.strip_prefix(b"\"").or(inner.strip_prefix(b"'")).unwrap_or(inner);
    let (at, scheme) = scheme(inner).filter(|(at, _)| *at == 0)?;
    Some((next.len() - inner.len() + at, scheme))
}

fn scheme(rest: &[u8]) -> Option<(usize, usize)> {
    let schemes: [&[u8]; 6] = [b"Basic ", b"basic ", b"Bearer ", b"bearer ", b"Token ", b"token "];
    schemes.iter().find_map(|scheme| Some((memchr::memmem::find(rest, scheme)?, scheme.len())))
}

/// What stands after `Basic ` wherever it does, the `asic ` being at `at`.
pub(super) fn basic(bytes: &[u8], at: usize, origin: Origin) -> Option<Candidate> {
    let start = at + b"asic ".len();
    let place = Place::plain(token(bytes, start));
    let is_likely = is_chosen(pair(&bytes[place.value.clone()])?);
    Some(Candidate { place, name: at..start, kind: Kind::Header, origin, is_likely })
}

/// What stands there without a space.
fn token(bytes: &[u8], start: usize) -> Range<usize> {
    let length = bytes[start..].iter().take(4096).take_while(|byte| TOKEN.has(**byte)).count();
    start..start + length
}

/// The user and the password to which a value decodes.
pub(super) fn pair(value: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut plain = crate::base64::decode(value).filter(|plain| plain.iter().all(u8::is_ascii_graphic))?;
    let colon = plain.iter().position(|byte| *byte == b':')?;
    let password = plain.split_off(colon + 1);
    plain.pop();
    (!password.is_empty()).then_some((plain, password))
}

/// Whether the password of a user is no example.
fn is_chosen((user, password): (Vec<u8>, Vec<u8>)) -> bool {
    let look = Look::of(&password);
    let is_word = look.digits + look.signs == 0 && look.words.is_words();
    password.len() >= 4 && password != user && !is_placeholder(&password) && !is_word
}

fn is_token(value: &[u8], origin: Origin) -> bool {
    let look = Look::of(value);
    let least = if origin.is_doubtful() { 20 } else { 16 };
    look.length >= least
        && !is_placeholder(value)
        && look.digits > 0
        && !look.words.is_words()
        && entropy::shannon(value) >= 3.0
}

#[cfg(test)]
mod tests {
    use crate::{Rules, Scanner, Text};

    #[test]
    fn a_scheme_may_stand_on_the_line_or_in_a_list_below() {
        let rules = Rules::built_in();
        let token = "f513f3cc8873c7cfc3e670c6300490fb151cc716195c37c0";
        let pair = "YXBpOmQ5MTViNWNkYjlhNTgzNjg1";
        for (text, value) in [
            (format!("Authorization: Bearer {token}\n"), token),
            (format!("    Authorization:\n    - Bearer {token}\n"), token),
            (format!("  Authorization:\n      - 'Basic {pair}'\n"), pair),
            (format!("\"Authorization\": [\n    \"Basic {pair}\"\n  ]"), pair),
        ] {
            let mut found = Vec::new();
            Scanner::new(&rules)
                .scan(&Text::new(text.as_bytes()).at(b"spec/a.yml"), &mut |hit| found.push(hit.range()));
            let found: Vec<&str> = found.into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, [value], "{text}");
        }
        for text in ["Authorization:\n  required: Bearer tokens\n", "author:\n- Basic Instinct\n"] {
            let mut found = 0;
            Scanner::new(&rules).scan(&Text::new(text.as_bytes()), &mut |_| found += 1);
            assert_eq!(found, 0, "{text}");
        }
    }
}
