//! What kind of value a name announces, and the rule under which such a value is reported.

use std::borrow::Cow;

use crate::{Rule, checksum::Checksum, extent::Extent, shape::Shape};

/// What a name says of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// People choose it: short, memorable, any characters.
    Password,
    /// Machines or people choose it: a client secret, a shared secret.
    Secret,
    /// Machines make it, and say so: an access token.
    Token,
    /// Machines make it: an API key, an encryption key.
    Key,
    /// Something called a key that may be anything.
    VagueKey,
    /// A password inside a URL.
    Url,
    /// What follows `Basic` or `Bearer` in a header.
    Header,
    /// The private part of a JSON Web Key.
    Jwk,
}

impl Kind {
    /// The rule under which it is reported.
    pub(crate) fn rule(self) -> &'static Rule {
        let [password, secret, token, key, url, header, jwk] = rules();
        match self {
            Self::Password => password,
            Self::Secret => secret,
            Self::Token => token,
            Self::Key | Self::VagueKey => key,
            Self::Url => url,
            Self::Header => header,
            Self::Jwk => jwk,
        }
    }
}

/// The rules that go by context.
pub(crate) fn rules() -> &'static [Rule; 7] {
    static RULES: [Rule; 7] = [
        generic("password", "password in an assignment, a setting or a call"),
        generic("secret", "secret in an assignment, a setting or a call"),
        generic("token", "token in an assignment, a setting or a call"),
        generic("key", "key in an assignment, a setting or a call"),
        generic("url-password", "URL with a password"),
        generic("authorization", "Authorization header"),
        generic("private-jwk", "private JSON Web Key"),
    ];
    &RULES
}

pub(crate) const fn generic(id: &'static str, title: &'static str) -> Rule {
    Rule {
        id: Cow::Borrowed(id),
        service: Cow::Borrowed("any"),
        title: Cow::Borrowed(title),
        preset: None,
        shown: 0,
        shape: Shape { parts: Cow::Borrowed(&[]), anchor: None, inner: false },
        extent: Extent::Shape,
        checksum: Checksum::None,
        entropy: 0,
        near: Cow::Borrowed(&[]),
    }
}
