//! URLs with a password: `scheme://user:password@host`.

use super::{
    Candidate, Kind, Origin, is_placeholder,
    judge::{Look, is_password},
    place::Place,
};
use crate::charset::Charset;

/// What ends the part of a URL in which user and host stand.
const END: Charset = Charset::of(b"/?# \"'<>`\\^{}|,;()").with(b'\t').with(b'\r').with(b'\n');

/// The longest part in which user and host stand.
const REACH: usize = 300;

/// The password of the URL whose `://` is at `at`.
pub(super) fn password(bytes: &[u8], at: usize, origin: Origin) -> Option<Candidate> {
    let start = at + 3;
    let rest = &bytes[start..bytes.len().min(start + REACH)];
    let length = rest.iter().position(|byte| END.has(*byte)).unwrap_or(rest.len());
    let authority = &rest[..length];
    let sign = authority.iter().rposition(|byte| *byte == b'@')?;
    let colon = authority[..sign].iter().position(|byte| *byte == b':')?;
    let (user, value, host) = (&authority[..colon], &authority[colon + 1..sign], &authority[sign + 1..]);
    let place = Place::plain(start + colon + 1..start + sign);
    let is_likely = is_host(host) && value != user && looks_chosen(value, host, &place, origin);
    Some(Candidate { place, name: at..start, kind: Kind::Url, origin, is_likely })
}

fn is_host(host: &[u8]) -> bool {
    !host.is_empty() && host.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-:_[]%".contains(byte))
}

fn looks_chosen(value: &[u8], host: &[u8], place: &Place, origin: Origin) -> bool {
    let look = Look::of(value);
    if look.length < 4 || look.strange > 0 || is_placeholder(value) || host.starts_with(b"example") {
        return false;
    }
    let unusual = look.length >= 5 && is_password(value, &look, place, origin.is_doubtful());
    unusual && !(origin.is_doubtful() && memchr::memmem::find(host, b"example").is_some())
}
