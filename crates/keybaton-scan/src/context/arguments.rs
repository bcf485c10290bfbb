//! Passwords by their place among arguments: `Credentials("user", "…")`, `curl -u user:…`, `mysql -p…`.

use std::ops::Range;

use super::{
    Candidate, Kind, Name, Origin,
    judge::is_likely,
    place::{Place, Way},
};

/// How far the arguments are followed.
const REACH: usize = 240;

/// Words with which the name of a call ends that takes a user and a password.
const CALLS: [&[u8]; 10] = [
    b"credential",
    b"credentials",
    b"basicauth",
    b"passwordauthentication",
    b"connect",
    b"creds",
    b"connection",
    b"mysqli",
    b"login",
    b"auth",
];

/// The password among the arguments of what `name` calls.
pub(super) fn password(bytes: &[u8], name: &Name, origin: Origin) -> Option<Candidate> {
    let end = name.range.end;
    let mut lower = [0; 64];
    let text = &bytes[name.range.clone()];
    let text = &text[text.len().saturating_sub(lower.len())..];
    let lower = &mut lower[..text.len()];
    lower.copy_from_slice(text);
    lower.make_ascii_lowercase();
    let rest = &bytes[end..bytes.len().min(end + REACH)];
    if !takes_arguments(lower, rest) {
        return None;
    }
    let rest = rest.split(|byte| *byte == b'\n').next().unwrap_or(rest);
    let value = match &*lower {
        b"curl" => option(rest, &[b" -u ", b" --user ", b" -u", b" --user="]).and_then(|at| after_colon(rest, at))?,
        b"mysql" | b"mysqldump" | b"mysqladmin" => option(rest, &[b" -p"])?,
        b"identified" => option(rest, &[b" BY ", b" by "])?,
        b"login" if rest.starts_with(b" ") => option(rest, &[b" -p ", b" --password "])?,
        b"sshpass" => option(rest, &[b" -p ", b" -p"])?,
        lower => of_several(rest, style(lower))?,
    };
    let is_quoted = rest.get(value.end).is_some_and(|byte| matches!(byte, b'"' | b'\''));
    let value = end + value.start..end + value.end;
    let place = Place { value: value.clone(), is_quoted, way: Way::Argument };
    let is_likely = is_likely(&bytes[value.clone()], Kind::Password, &place, name, bytes, origin);
    Some(Candidate { place, name: name.range.clone(), kind: Kind::Password, origin, is_likely })
}

/// Programs and words of SQL that are followed by a password.
const PROGRAMS: [&[u8]; 6] = [b"curl", b"mysql", b"mysqldump", b"mysqladmin", b"identified", b"sshpass"];

/// Whether the name, in lower case, is one after which a password may stand among others.
fn takes_arguments(lower: &[u8], rest: &[u8]) -> bool {
    let called = rest.starts_with(b"(") || rest.starts_with(b"=(") || rest.starts_with(b" = (");
    called && CALLS.iter().any(|call| lower.ends_with(call))
        || PROGRAMS.contains(&lower)
        || lower == b"login" && rest.starts_with(b" ")
}

fn style(call: &[u8]) -> Style {
    let host_first = call.ends_with(b"connect") || call.ends_with(b"mysqli");
    if host_first { Style::HostFirst } else { Style::PasswordLast }
}

/// What stands after an option, up to a space or the closing quote.
fn option(rest: &[u8], options: &[&[u8]]) -> Option<Range<usize>> {
    let (at, option) = options.iter().find_map(|option| Some((memchr::memmem::find(rest, option)?, option)))?;
    let start = at + option.len();
    let quote = rest.get(start).copied().filter(|byte| matches!(byte, b'"' | b'\''));
    let start = start + usize::from(quote.is_some());
    let stops =
        |byte: &u8| quote.map_or(byte.is_ascii_whitespace() || b"\"'`;|&".contains(byte), |quote| *byte == quote);
    let length = rest[start..].iter().position(stops).unwrap_or(rest.len() - start);
    (length > 0).then_some(start..start + length)
}

fn after_colon(rest: &[u8], at: Range<usize>) -> Option<Range<usize>> {
    let colon = rest[at.clone()].iter().position(|byte| *byte == b':')?;
    Some(at.start + colon + 1..at.end)
}

/// The last literal of a call with at least two arguments, or the third argument of a call that names a host first.
fn of_several(rest: &[u8], style: Style) -> Option<Range<usize>> {
    let (mut at, mut commas, mut depth, mut last, mut third) = (0, 0, 0, None, None);
    while at < rest.len() {
        match rest[at] {
            b'(' => depth += 1,
            b')' if depth == 1 => {
                let chosen = if style == Style::HostFirst && commas >= 2 { third } else { last };
                return chosen.filter(|_| commas > 0);
            }
            b')' => depth -= 1,
            b',' => commas += 1,
            quote @ (b'"' | b'\'') => {
                let length = rest[at + 1..].iter().position(|byte| *byte == quote)?;
                let literal = at + 1..at + 1 + length;
                third = if commas == 2 { Some(literal.clone()) } else { third };
                last = Some(literal);
                at += length + 1;
            }
            b'+' | b'{' | b'=' if depth > 0 => return None,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Which arguments a call takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// The password last.
    PasswordLast,
    /// Host, user, password, and perhaps more.
    HostFirst,
}

/// `"…".toCharArray()`: whoever takes a text apart in Java mostly does it with a password.
pub(super) fn taken_apart(bytes: &[u8], at: usize, origin: Origin) -> Option<Candidate> {
    let before = &bytes[at.saturating_sub(REACH)..at];
    let line = before.rsplit(|byte| *byte == b'\n').next().unwrap_or(before).strip_suffix(b"\"")?;
    let length = line.iter().rev().position(|byte| *byte == b'"')?;
    let value = at - 1 - length..at - 1;
    let name = Name::at(at..at + 1);
    let place = Place { value: value.clone(), is_quoted: true, way: Way::Argument };
    let is_likely = is_likely(&bytes[value.clone()], Kind::Password, &place, &name, bytes, origin);
    Some(Candidate { name: value, place, kind: Kind::Password, origin, is_likely })
}
