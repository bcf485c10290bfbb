//! What only the wider look takes (decision 0072): passwords that people choose and should not, and keys in tests and documents.
//!
//! It gets the candidates that the usual look leaves. A password here is whatever stands in its place and stands for nothing
//! else: a word, a short text, a default. What it leaves out are texts that name the thing itself.

use memchr::memmem::find;

use super::{
    Candidate, Kind, Name, Origin, header, is_placeholder,
    judge::{Look, is_code, is_likely, is_machine_made, is_mail, is_password, is_path, is_regex, is_uuid},
    kind::generic,
    place::Way,
    placeholder::{is_monotonous, is_wrapped, starts_like_one},
};
use crate::Rule;

/// What leads to a credential here and not in the usual look: `Basic …` without the name of a header.
pub(super) const TRIGGERS: [&str; 1] = ["asic "];

/// The rule under which a weak password is reported, wherever it stands.
pub(crate) fn rule() -> &'static Rule {
    static RULE: Rule = generic("weak-password", "password that is a word, short or a default");
    &RULE
}

/// Words that manuals and tests have in a password's place: nobody chose them. `admin123` and `changeme` somebody did.
#[rustfmt::skip]
const STAND_INS: &[&str] = &[
    "mypassword", "mypass", "mysecret", "testpass", "test", "test123", "foobar", "user", "username", "admin", "root", "abc123", "asdf",
    "123456", "sample", "text", "value", "plain", "hash", "file",
    // what says that there is none
    "empty", "blank", "unset", "unused", "omit", "include", "same-origin", "hidden", "required", "optional", "string", "incorrect",
];

/// Texts that no password contains: they speak of one.
#[rustfmt::skip]
const SAYS: &[&str] = &[
    "your", "example", "placeholder", "redacted", "invalid", "wrong", "enter", "xxx", "***", "...", "<", ">", "${", "$(", "{{", "%s",
    "%d", "%v", "$argon2", "_hash",
];

/// Words for a credential. A value with one of them as a part of its own names the thing: `new_password`, `dbPass2`.
const NOUNS: &[&str] = &[
    "password",
    "passwd",
    "pass",
    "pwd",
    "pw",
    "passphrase",
    "secret",
    "cred",
    "creds",
    "credential",
    "credentials",
    "key",
    "token",
];

/// The rule under which a candidate is reported that the usual look has left. Kept out of that look's way.
#[cold]
pub(crate) fn rule_of(candidate: &Candidate, bytes: &[u8]) -> Option<&'static Rule> {
    let value = &bytes[candidate.place.value.clone()];
    let kind = candidate.kind;
    match kind {
        _ if candidate.origin == Origin::Labels => None,
        Kind::Password | Kind::Url => is_weak(value, candidate, bytes).then(rule),
        Kind::Header => header::pair(value).map(|_| rule()),
        Kind::VagueKey => is_made(value, candidate, bytes).then(|| kind.rule()),
        Kind::Secret | Kind::Token | Kind::Key => {
            let is_one = is_made(value, candidate, bytes) || is_odd(value, candidate) || is_object(value, kind);
            is_one.then(|| kind.rule())
        }
        Kind::Jwk => None,
    }
}

/// Whether it is a password, though one that could be a word for something.
fn is_weak(value: &[u8], candidate: &Candidate, bytes: &[u8]) -> bool {
    let place = &candidate.place;
    if !(4..=64).contains(&value.len()) || !value.iter().all(u8::is_ascii_graphic) || is_uuid(value) {
        return false;
    }
    let bare = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-!@#$%^*+~?".contains(byte);
    if !place.is_quoted && (!value.iter().all(bare) || place.way == Way::Spaced && !candidate.origin.is_settings()) {
        return false;
    }
    // `<string name="password">Kennwort</string>` is what people read
    let is_label = place.way == Way::Element && bytes[..candidate.name.start].ends_with(b"\"");
    let look = Look::of(value);
    let is_number = look.letters() == 0 && (look.digits == 0 || look.joints > 0);
    !(is_number || is_label || stands_in(value))
        && (candidate.kind == Kind::Url || names_password(value, candidate, bytes))
        && !(is_code(value, place) || is_mail(value) || is_regex(value) || is_path(value, &look))
}

/// Whether it is no value but what stands for one, or says that there is none.
fn stands_in(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    // `String!`, `required.`: the end of a sentence or of a type
    let words = lower.strip_suffix(b"!").or(lower.strip_suffix(b".")).unwrap_or(&lower);
    STAND_INS.iter().any(|word| word.as_bytes() == words)
        || SAYS.iter().any(|part| find(&lower, part.as_bytes()).is_some())
        || is_named(value)
        || starts_like_one(&lower)
        || is_wrapped(value)
        || value.starts_with(b"##")
        || is_monotonous(&lower)
}

/// Whether the name is one of passwords alone, and the value does not repeat it. `credentials` and `auth` are as often names of
/// ways to log in, and `.pass("…")` ends a test.
fn names_password(value: &[u8], candidate: &Candidate, bytes: &[u8]) -> bool {
    let name = bytes[candidate.name.clone()].to_ascii_lowercase();
    let is_wide = find(&name, b"cred").is_some() || find(&name, b"auth").is_some();
    let is_verdict = name.ends_with(b".pass") && candidate.place.way == Way::Argument;
    !is_wide && !is_verdict && find(&name, &value.to_ascii_lowercase()).is_none()
}

/// Whether a word for a credential is a part of it.
fn is_named(value: &[u8]) -> bool {
    let runs = value.split(|byte| !byte.is_ascii_alphabetic());
    let humps = |run| <[u8]>::chunk_by(run, |one, next| !(one.is_ascii_lowercase() && next.is_ascii_uppercase()));
    runs.flat_map(humps).any(|part| NOUNS.iter().any(|noun| part.eq_ignore_ascii_case(noun.as_bytes())))
}

/// Whether a machine made it, judged as if it stood in code: the usual look wants more of what stands in tests and documents.
fn is_made(value: &[u8], candidate: &Candidate, bytes: &[u8]) -> bool {
    let name = Name::at(candidate.name.clone());
    is_likely(value, candidate.kind, &candidate.place, &name, bytes, Origin::Unknown)
}

/// Whether it is a text in quotes of which no word is a part: somebody typed it as a secret.
fn is_odd(value: &[u8], candidate: &Candidate) -> bool {
    let (place, look) = (&candidate.place, Look::of(value));
    let is_text = (9..=64).contains(&look.length) && look.strange == 0 && look.joints == 0 && look.letters() > 0;
    place.is_quoted
        && is_text
        && is_password(value, &look, place, false)
        && !(is_placeholder(value) || is_named(value) || is_code(value, place) || is_path(value, &look))
}

/// Whether it is a token that is an object with a machine-made part: `{"name": "bob", "sig": "…"}`.
fn is_object(value: &[u8], kind: Kind) -> bool {
    let mut runs = value.split(|byte| !byte.is_ascii_alphanumeric());
    kind == Kind::Token && value.starts_with(b"{") && runs.any(|run| is_machine_made(run, &Look::of(run), 20))
}
