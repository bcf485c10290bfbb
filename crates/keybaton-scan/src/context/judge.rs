//! Whether a value that stands where a credential stands looks like one.

use memchr::{memchr, memmem::find};

use super::{
    Kind, Name, Origin, is_placeholder,
    place::{Place, Way},
};
use crate::{entropy, wordlike::Wordlike};

/// What a value is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) length: usize,
    pub(crate) lower: usize,
    pub(crate) upper: usize,
    pub(crate) digits: usize,
    /// `_`, `-`, `.`, `/`, `:` and `,`, with which names and paths are made.
    pub(crate) joints: usize,
    /// Any other sign.
    pub(crate) signs: usize,
    /// Spaces, control characters, and what is not ASCII.
    pub(crate) strange: usize,
    pub(crate) words: Wordlike,
}

impl Look {
    pub(crate) fn of(value: &[u8]) -> Self {
        let count = |is: fn(&u8) -> bool| value.iter().filter(|byte| is(byte)).count();
        let joints = count(|byte| b"_-./:,".contains(byte));
        Self {
            length: value.len(),
            lower: count(u8::is_ascii_lowercase),
            upper: count(u8::is_ascii_uppercase),
            digits: count(u8::is_ascii_digit),
            joints,
            signs: count(u8::is_ascii_punctuation) - joints,
            strange: count(|byte| !byte.is_ascii_graphic()),
            words: Wordlike::of(value),
        }
    }

    /// How many of lower case, upper case, digits and signs there are.
    fn classes(&self) -> usize {
        [self.lower, self.upper, self.digits, self.signs].iter().filter(|count| **count > 0).count()
    }

    pub(super) fn letters(&self) -> usize {
        self.lower + self.upper
    }
}

/// Whether a value looks like a credential of its kind, given where it stands.
pub(crate) fn is_likely(value: &[u8], kind: Kind, place: &Place, name: &Name, bytes: &[u8], origin: Origin) -> bool {
    let sight = Sight::of(value, place, name, bytes);
    sight.is_likely(value, kind, place, name, bytes, origin)
}

/// What a value is, whatever kind of text it stands in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sight {
    /// It stands for a value, or is something else.
    Nothing,
    /// A password that Google makes for an app.
    OfApp,
    /// It could be one.
    Open(Look),
}

impl Sight {
    /// Looks at a value. What is cheap to see comes first: most values end there.
    pub(crate) fn of(value: &[u8], place: &Place, name: &Name, bytes: &[u8]) -> Self {
        if is_app_password(value) && !is_placeholder(value) {
            return Self::OfApp;
        }
        if !(5..=512).contains(&value.len())
            || value.iter().any(|byte| !byte.is_ascii_graphic())
            || is_placeholder(value)
            || repeats_name(value, name, bytes)
            || is_code(value, place)
            || is_known_constant(value)
        {
            return Self::Nothing;
        }
        let look = Look::of(value);
        if is_path(value, &look) { Self::Nothing } else { Self::Open(look) }
    }

    /// Whether it looks like a credential of this kind, in this kind of text.
    pub(crate) fn is_likely(
        &self,
        value: &[u8],
        kind: Kind,
        place: &Place,
        name: &Name,
        bytes: &[u8],
        origin: Origin,
    ) -> bool {
        let look = match self {
            Self::Nothing => return false,
            Self::OfApp => return kind == Kind::Password,
            Self::Open(look) => look,
        };
        let doubtful = origin.is_doubtful();
        match kind {
            Kind::Password | Kind::Url => {
                is_password(value, look, place, doubtful) || is_setting(value, look, place, name, bytes, origin)
            }
            Kind::Secret => {
                is_machine_made(value, look, if doubtful { 16 } else { 10 }) || is_strong(look) && !doubtful
            }
            Kind::Token => {
                !(doubtful && is_uuid(value)) && is_machine_made(value, look, if doubtful { 20 } else { 14 })
            }
            Kind::Key => is_machine_made(value, look, if doubtful { 20 } else { 12 }),
            Kind::VagueKey | Kind::Header | Kind::Jwk => {
                place.way == Way::Assigned
                    && !doubtful
                    && look.length <= 88
                    && look.digits > 1
                    && is_machine_made(value, look, 20)
            }
        }
    }
}

/// Whether people would choose it as a password.
pub(super) fn is_password(value: &[u8], look: &Look, place: &Place, doubtful: bool) -> bool {
    if look.length > 80 || is_uuid(value) && doubtful {
        return false;
    }
    if look.letters() == 0 {
        return look.digits >= 6 && look.digits + look.signs == look.length && !doubtful && !is_date(value);
    }
    if look.digits == 0 && look.signs == 0 {
        return is_odd_word(look, doubtful);
    }
    if is_joined_words(value, look) {
        return !doubtful && is_name_and_number(value);
    }
    if look.signs > 0 {
        return is_with_signs(value, look, place, doubtful);
    }
    is_with_digits(value, look, doubtful)
}

/// Words that stand where a password does and are none.
const NO_PASSWORDS: [&[u8]; 20] = [
    b"required",
    b"string",
    b"prompt",
    b"disabled",
    b"enabled",
    b"present",
    b"absent",
    b"plaintext",
    b"always",
    b"never",
    b"scram",
    b"random",
    b"empty",
    b"blank",
    b"keyring",
    b"keychain",
    b"interactive",
    b"omitted",
    b"config",
    b"internal",
];

/// Whether a plain word is the value of a setting that can be nothing but a password: `MYSQL_PASSWORD=wordpress`.
fn is_setting(value: &[u8], look: &Look, place: &Place, name: &Name, bytes: &[u8], origin: Origin) -> bool {
    let text = &bytes[name.range.clone()];
    let lower = text.to_ascii_lowercase();
    let is_variable = text.contains(&b'_') && !text.iter().any(u8::is_ascii_lowercase);
    let is_property = text.contains(&b'.') && !text.iter().any(u8::is_ascii_uppercase);
    let is_whole = lower.ends_with(b"password") || lower.ends_with(b"passwd") || lower.ends_with(b"_pass");
    let is_plain = look.lower + look.digits == look.length && look.lower > 0 && (6..=24).contains(&look.length);
    let in_settings = origin == Origin::Settings && place.way == Way::Assigned;
    let is_named = find(&lower, value).is_some();
    let is_word_for_it = NO_PASSWORDS.iter().any(|word| value.starts_with(word));
    in_settings && (is_variable || is_property) && is_whole && is_plain && !is_named && !is_word_for_it
}

/// `Admin_123`: a name, a joint and a number.
fn is_name_and_number(value: &[u8]) -> bool {
    let Some(joint) = value.iter().position(|byte| b"_-.".contains(byte)) else { return false };
    let (name, number) = (&value[..joint], &value[joint + 1..]);
    let named = name.first().is_some_and(u8::is_ascii_uppercase) && name.iter().all(u8::is_ascii_alphanumeric);
    named && name.len() >= 4 && (2..=4).contains(&number.len()) && number.iter().all(u8::is_ascii_digit)
}

/// Letters only: words are names of things, so only what is no word counts.
fn is_odd_word(look: &Look, doubtful: bool) -> bool {
    let shuffled = look.lower > 2 && look.upper > 2 && look.words.covered * 2 < look.letters();
    let odd = look.words.is_random() || shuffled && look.words.surprise >= 62;
    look.joints == 0 && odd && look.length >= if doubtful { 10 } else { 6 }
}

/// Letters and signs, perhaps digits.
fn is_with_signs(value: &[u8], look: &Look, place: &Place, doubtful: bool) -> bool {
    let is_mark = |byte: &u8| b"!?.:,;*)".contains(byte);
    let only_at_end = value.iter().rposition(|byte| !is_mark(byte)).is_some_and(|last| {
        let body = Look::of(&value[..=last]);
        body.signs == 0 && body.digits == 0
    });
    if only_at_end || is_mail(value) || is_regex(value) {
        return false;
    }
    let coded = value.iter().filter(|byte| b"<>{}()[]\\;='\"|".contains(byte)).count();
    if coded > 0 && (!place.is_quoted || look.classes() < 4 || look.words.is_words()) {
        return false;
    }
    let least = if doubtful { 8 } else { 6 };
    look.length >= least && (look.digits > 0 || look.classes() == 3 && !doubtful || look.words.is_random())
}

/// Letters and digits.
fn is_with_digits(value: &[u8], look: &Look, doubtful: bool) -> bool {
    let head = value.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    let tail = value.len() - head;
    let word_and_number = head + look.digits == value.len() && look.words.is_words();
    if look.length < 6 || word_and_number && (tail < 2 || doubtful) {
        return false;
    }
    if doubtful {
        return look.length >= 8 && !look.words.is_words();
    }
    !(look.words.is_words() && look.joints > 0)
}

/// Whether a machine made it, or people who know how to.
pub(super) fn is_machine_made(value: &[u8], look: &Look, least: usize) -> bool {
    if look.length < least || look.signs > 0 && is_regex(value) {
        return false;
    }
    let coded = value.iter().filter(|byte| b"<>{}()[]\\;'\"|`,".contains(byte)).count();
    if coded > 0 || is_mail(value) || is_joined_words(value, look) {
        return false;
    }
    if value.iter().all(u8::is_ascii_hexdigit) {
        return look.length >= 16 && look.digits > 0 && look.letters() > 0 && entropy::shannon(value) >= 2.8;
    }
    if is_uuid(value) {
        return true;
    }
    if look.digits == 0 {
        return look.length >= 16 && look.joints == 0 && (look.words.is_random() || is_shuffled(look));
    }
    let varied = entropy::shannon(value) >= if look.length < 20 { 2.9 } else { 3.4 };
    varied && look.letters() > 0 && look.words.covered * 5 <= look.words.letters * 3 && look.digits * 40 >= look.length
}

/// Upper and lower case without the order of camel case.
fn is_shuffled(look: &Look) -> bool {
    look.upper * 5 >= look.letters() && look.lower * 5 >= look.letters() && look.words.surprise >= 70
}

/// Signs, digits and letters: nobody writes such a text but as a password.
fn is_strong(look: &Look) -> bool {
    look.length >= 8
        && look.length <= 64
        && look.digits > 0
        && look.signs > 0
        && look.classes() >= 3
        && !look.words.is_words()
}

/// `my-db_password.v1`: joined words and numbers.
fn is_joined_words(value: &[u8], look: &Look) -> bool {
    if look.joints == 0 || look.signs > 0 {
        return false;
    }
    let mut parts = value.split(|byte| b"_-./:,".contains(byte)).filter(|part| !part.is_empty());
    parts.all(|part| {
        let digits = part.iter().filter(|byte| byte.is_ascii_digit()).count();
        let letters = part.len() - digits;
        let seen = Wordlike::of(part);
        letters <= 2 && digits <= 4 || digits <= 4 && (seen.is_words() || letters <= 4 && !seen.is_random())
    })
}

fn repeats_name(value: &[u8], name: &Name, bytes: &[u8]) -> bool {
    let name = &bytes[name.range.clone()];
    value.len() >= 4 && (value.eq_ignore_ascii_case(name) || name.ends_with(value))
}

/// Whether the text is an expression, not a value.
pub(super) fn is_code(value: &[u8], place: &Place) -> bool {
    let calls = find(value, b"()").is_some() || find(value, b"=>").is_some() || find(value, b"::").is_some();
    let bare_call = !place.is_quoted && (memchr(b'(', value).is_some() || memchr(b'[', value).is_some());
    let assigned = !place.is_quoted && (value.starts_with(b"=") || value.starts_with(b"{") || value.starts_with(b"&"));
    calls || bare_call || assigned || is_escaped(value)
}

/// Whether much of it is written in escapes: `\x9b\xbe`, `%c3%89`, a line break.
fn is_escaped(value: &[u8]) -> bool {
    let percents = value
        .windows(3)
        .filter(|three| three[0] == b'%' && three[1].is_ascii_hexdigit() && three[2].is_ascii_hexdigit());
    let breaks: [&[u8]; 4] = [b"\\n", b"\\u", b"\\x", b"\\0"];
    percents.count() * 6 > value.len() || breaks.iter().any(|escape| find(value, escape).is_some())
}

/// Whether the text is a path or a host.
pub(super) fn is_path(value: &[u8], look: &Look) -> bool {
    let slashes = value.iter().filter(|byte| matches!(byte, b'/' | b'\\')).count();
    let rooted =
        value.starts_with(b"/") || value.starts_with(b"./") || value.starts_with(b"~/") || value.starts_with(b"../");
    let extensions: [&[u8]; 24] = [
        b".txt",
        b".json",
        b".pem",
        b".key",
        b".crt",
        b".yml",
        b".yaml",
        b".properties",
        b".js",
        b".py",
        b".java",
        b".html",
        b".php",
        b".xml",
        b".com",
        b".org",
        b".net",
        b".io",
        b".jks",
        b".p12",
        b".conf",
        b".png",
        b".md",
        b".sh",
    ];
    let has_extension = extensions.iter().any(|extension| value.ends_with(extension));
    find(value, b"://").is_some()
        || rooted && (look.words.is_words() || slashes > 1 && look.digits * 6 < look.length)
        || slashes > 0 && look.words.is_words()
        || has_extension && look.signs == 0
        || slashes > 0 && look.signs == 0 && is_file(value)
}

/// Whether it ends like the name of a file.
fn is_file(value: &[u8]) -> bool {
    let Some(dot) = value.iter().rposition(|byte| *byte == b'.') else { return false };
    let extension = &value[dot + 1..];
    (2..=4).contains(&extension.len()) && extension.iter().all(u8::is_ascii_lowercase)
}

/// Names of algorithms and formats that have digits in them.
fn is_known_constant(value: &[u8]) -> bool {
    let constants: [&[u8]; 22] = [
        b"sha1",
        b"sha256",
        b"sha512",
        b"sha-256",
        b"sha-512",
        b"base64",
        b"utf-8",
        b"utf8",
        b"oauth2",
        b"oauth1",
        b"md5",
        b"hs256",
        b"rs256",
        b"hs512",
        b"es256",
        b"aes-256",
        b"aes256",
        b"pbkdf2",
        b"scram-sha-256",
        b"x509",
        b"bcrypt",
        b"argon2",
    ];
    constants.iter().any(|constant| {
        value.len() <= constant.len() + 6
            && value.get(..constant.len()).is_some_and(|start| start.eq_ignore_ascii_case(constant))
    })
}

pub(super) fn is_mail(value: &[u8]) -> bool {
    let Some(at) = memchr(b'@', value) else { return false };
    let host = &value[at + 1..];
    let dot = host.iter().rposition(|byte| *byte == b'.');
    let plain = host.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    at > 0 && plain && dot.is_some_and(|dot| dot > 0 && host[dot + 1..].iter().all(u8::is_ascii_alphabetic))
}

pub(super) fn is_regex(value: &[u8]) -> bool {
    let parts: [&[u8]; 12] =
        [b"[a-z", b"[A-Z", b"[0-9", b"\\d", b"\\w", b"\\s", b".*", b".+", b"(?", b"[^", b"]+", b"]{"];
    value.starts_with(b"^") && value.ends_with(b"$") || parts.iter().any(|part| find(value, part).is_some())
}

fn is_date(value: &[u8]) -> bool {
    value.len() == 8 && (value.starts_with(b"19") || value.starts_with(b"20"))
}

/// Four groups of four letters, as Google shows the password of an app.
fn is_app_password(value: &[u8]) -> bool {
    value.len() == 19
        && value
            .iter()
            .enumerate()
            .all(|(no, byte)| if no % 5 == 4 { *byte == b' ' } else { byte.is_ascii_lowercase() })
        && !Wordlike::of(value).is_words()
}

/// Whether it is a UUID.
pub(super) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(no, byte)| match no {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
