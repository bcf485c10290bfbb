//! The text of an access token: what it looks like, and the checksum that proves it offline. Making, hashing and holding
//! one is the work of `keybaton-seal`.
//!
//! A token is `kbt_`, 43 of `[0-9A-Za-z]` (256 random bits) and 6 of the same, which are the CRC-32 of everything before
//! them, written in base 62 with the most significant digit first: 53 characters. Whoever finds such a text can tell
//! without asking anybody whether it is one of ours.

use std::{fmt, str::FromStr, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{Domain, Role, SecretId, Timestamp, Values};

/// What every token starts with.
pub const TOKEN_PREFIX: &str = "kbt_";

/// How many characters a token has.
pub const TOKEN_LENGTH: usize = TOKEN_PREFIX.len() + TOKEN_DRAWN + CHECK;

/// How many of its characters are drawn: 62^43 is more than 2^256.
pub const TOKEN_DRAWN: usize = 43;

/// How many characters the checksum has: 62^6 is more than 2^32.
const CHECK: usize = 6;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The checksum that ends the token which starts with `head`: the prefix and what was drawn.
pub fn token_checksum(head: &[u8]) -> [u8; CHECK] {
    let mut rest = crc32(head);
    let mut digits = [DIGITS[0]; CHECK];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    digits
}

/// Whether `text` is whole and its checksum right: then it is, or was, a token of some keybaton.
pub fn is_token(text: &[u8]) -> bool {
    let Some((head, check)) = text.split_last_chunk::<CHECK>() else { return false };
    text.len() == TOKEN_LENGTH
        && head.strip_prefix(TOKEN_PREFIX.as_bytes()).is_some_and(|drawn| drawn.iter().all(u8::is_ascii_alphanumeric))
        && *check == token_checksum(head)
}

/// CRC-32 as in ISO-HDLC (Ethernet, gzip): polynomial 0x04C11DB7, reflected.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

/// The public name of a token, by which it is listed and revoked: eight of `[a-z0-9]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenId(String);

/// A text is not the id of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenIdError;

/// The hash under which a token is stored, as hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TokenHash(pub String);

/// How long a token is good for: from a minute to two years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenLife(Duration);

/// A token would be good for too short or too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenLifeError;

/// A token as it is kept: everything but its text, which nobody keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its public name.
    pub id: TokenId,
    /// What it is for.
    pub role: Role,
    /// Who presents it: the consumer that reads with it, or the operator or the alert manager by name.
    pub consumer: String,
    /// What it may read, or operate on; of an operator on everything, the secrets that there were when it was made.
    pub secrets: Vec<SecretId>,
    /// Who made it.
    pub by: String,
    /// When.
    pub created: Timestamp,
    /// From when on it is refused.
    pub expires: Timestamp,
    /// When it was last used.
    pub used: Option<Timestamp>,
    /// Since when it is revoked.
    pub revoked: Option<Timestamp>,
}

impl Token {
    /// Whether it is accepted at `now`.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now < self.expires
    }

    /// Whether a consumer may read this secret with it.
    pub fn reads(&self, secret: &SecretId) -> bool {
        self.role == Role::Reader && self.secrets.contains(secret)
    }

    /// Whether an alert manager may tell of this secret with it.
    pub fn tells(&self, secret: &SecretId) -> bool {
        self.role == Role::Signal && self.secrets.contains(secret)
    }

    /// Whether an operator may work on this secret with it.
    pub fn operates(&self, secret: &SecretId) -> bool {
        self.role.powers().is_some_and(|powers| powers.domain == Domain::All || self.secrets.contains(secret))
    }

    /// Whether an operator may work with it on every secret, and on what belongs to none.
    pub fn operates_all(&self) -> bool {
        self.role.powers().is_some_and(|powers| powers.domain == Domain::All)
    }

    /// Whether an operator may see the value of this secret with it.
    pub fn reveals(&self, secret: &SecretId) -> bool {
        self.operates(secret) && self.role.powers().is_some_and(|powers| powers.values == Values::Shown)
    }

    /// Who acts with it, for the audit: the name, and which token it was.
    pub fn actor(&self) -> String {
        format!("{} (token {})", self.consumer, self.id)
    }
}

impl TokenId {
    /// How many characters it has.
    pub const LENGTH: usize = 8;
}

impl FromStr for TokenId {
    type Err = TokenIdError;

    fn from_str(text: &str) -> Result<Self, TokenIdError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let fits = text.len() == Self::LENGTH && text.bytes().all(allowed);
        fits.then(|| Self(text.to_owned())).ok_or(TokenIdError)
    }
}

impl TryFrom<String> for TokenId {
    type Error = TokenIdError;

    fn try_from(text: String) -> Result<Self, TokenIdError> {
        text.parse()
    }
}

impl From<TokenId> for String {
    fn from(id: TokenId) -> Self {
        id.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for TokenIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // the text is not repeated: somebody may have typed the token itself
        f.write_str("the id of a token has eight of a-z and 0-9; `keybaton token list` shows it")
    }
}

impl std::error::Error for TokenIdError {}

impl TokenLife {
    /// What a token gets when nobody says anything: 90 days.
    pub const DEFAULT: Self = Self(Duration::from_hours(90 * 24));
    /// The longest: two years.
    pub const LONGEST: Self = Self(Duration::from_hours(2 * 365 * 24));
    const SHORTEST: Duration = Duration::from_mins(1);

    /// Checks a span.
    pub fn new(span: Duration) -> Result<Self, TokenLifeError> {
        ((Self::SHORTEST..=Self::LONGEST.0).contains(&span)).then_some(Self(span)).ok_or(TokenLifeError)
    }

    /// The span.
    pub fn span(self) -> Duration {
        self.0
    }
}

impl fmt::Display for TokenLifeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token is good for at least a minute and at most two years (730d)")
    }
}

impl std::error::Error for TokenLifeError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(drawn: &str) -> Vec<u8> {
        let head = format!("{TOKEN_PREFIX}{drawn}").into_bytes();
        let check = token_checksum(&head);
        [head, check.to_vec()].concat()
    }

    #[test]
    fn the_checksum_is_the_crc_of_ethernet() {
        // the check value of CRC-32/ISO-HDLC
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn a_whole_token_is_recognised() {
        let token = whole(&"a1B".repeat(20)[..TOKEN_DRAWN]);
        assert_eq!(token.len(), TOKEN_LENGTH);
        assert!(is_token(&token));
        let known = whole(&"0".repeat(TOKEN_DRAWN));
        assert_eq!(String::from_utf8(known).unwrap(), format!("kbt_{}{}", "0".repeat(43), CHECK_OF_ZEROS));
    }

    /// The format never changes: tokens outlive programs.
    const CHECK_OF_ZEROS: &str = "2rK5F1";

    #[test]
    fn every_changed_character_is_noticed() {
        let token = whole(&"z9Q".repeat(20)[..TOKEN_DRAWN]);
        for at in 0..token.len() {
            for other in [b'a', b'0', b'_', b'\n'] {
                let mut changed = token.clone();
                changed[at] = other;
                assert_eq!(is_token(&changed), changed == token, "a change at {at} went unnoticed");
            }
        }
        for end in 0..token.len() {
            assert!(!is_token(&token[..end]));
        }
        assert!(!is_token(&[token, b"0".to_vec()].concat()));
    }

    #[test]
    fn an_id_has_one_form_and_an_error_does_not_repeat_what_was_typed() {
        assert!("a1b2c3d4".parse::<TokenId>().is_ok());
        for text in ["", "a1b2c3d", "A1B2C3D4", "a1b2c3d4e", "kbt_aaaa"] {
            let error = text.parse::<TokenId>().unwrap_err();
            assert!(text.is_empty() || !error.to_string().contains(text));
        }
    }

    #[test]
    fn a_token_does_what_its_role_says_on_the_secrets_that_it_names() {
        let (mine, other): (SecretId, SecretId) = ("a/prod".parse().unwrap(), "a/staging".parse().unwrap());
        // role, reads, operates, operates on another, reveals, reveals another
        for (role, can) in [
            ("reader", [true, false, false, false, false]),
            ("signal", [false, false, false, false, false]),
            ("operator", [false, true, false, false, false]),
            ("operator reveal", [false, true, false, true, false]),
            ("operator all", [false, true, true, false, false]),
            ("operator all reveal", [false, true, true, true, true]),
        ] {
            let token = Token {
                id: "a1b2c3d4".parse().unwrap(),
                role: role.parse().unwrap(),
                consumer: "x".to_owned(),
                secrets: vec![mine.clone()],
                by: "me".to_owned(),
                created: Timestamp(0),
                expires: Timestamp(1),
                used: None,
                revoked: None,
            };
            let does = [
                token.reads(&mine),
                token.operates(&mine),
                token.operates(&other),
                token.reveals(&mine),
                token.reveals(&other),
            ];
            assert_eq!(does, can, "{role}");
            assert!(!token.reads(&other) && !token.tells(&other), "{role}");
            assert_eq!(token.tells(&mine), role == "signal");
            assert_eq!(token.operates_all(), can[2], "{role}");
        }
    }

    #[test]
    fn a_token_lives_two_years_at_most() {
        assert!(TokenLife::new(Duration::from_hours(730 * 24)).is_ok());
        assert!(TokenLife::new(Duration::from_hours(731 * 24)).is_err());
        assert!(TokenLife::new(Duration::ZERO).is_err());
    }
}
