//! How keybaton itself authenticates to an issuer: a bearer token, basic authentication, or a header of the issuer's own.

use std::borrow::Cow;

use data_encoding::BASE64;
use keybaton_seal::SecretValue;
use keybaton_types::Reference;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::build::BuildError;
use crate::schema;

/// How keybaton itself authenticates.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "AuthTable")]
pub enum Auth {
    /// A bearer token.
    Bearer(Reference),
    /// A user and a password.
    Basic {
        /// The user.
        user: String,
        /// The password.
        password: Reference,
    },
    /// A header of the issuer's own.
    Header {
        /// Its name: `X-Key`.
        header: String,
        /// What stands before the secret: `Token `.
        prefix: String,
        /// The secret.
        value: Reference,
    },
}

/// The keys of all three forms. Each form has its own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AuthTable {
    /// A bearer token.
    #[schemars(schema_with = "schema::reference")]
    #[serde(default)]
    bearer: Option<Reference>,
    /// A user and a password.
    basic: Option<BasicTable>,
    /// The name of a header: `X-Key`.
    header: Option<String>,
    /// What stands before the secret in the header: `Token `.
    prefix: Option<String>,
    /// The secret in the header.
    #[schemars(schema_with = "schema::reference")]
    #[serde(default)]
    value: Option<Reference>,
}

/// A user and a password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct BasicTable {
    /// The user.
    user: String,
    /// The password.
    #[schemars(schema_with = "schema::reference")]
    password: Reference,
}

impl TryFrom<AuthTable> for Auth {
    type Error = &'static str;

    fn try_from(table: AuthTable) -> Result<Self, Self::Error> {
        match table {
            AuthTable { bearer: Some(token), basic: None, header: None, prefix: None, value: None } => {
                Ok(Self::Bearer(token))
            }
            AuthTable { bearer: None, basic: Some(basic), header: None, prefix: None, value: None } => {
                Ok(Self::Basic { user: basic.user, password: basic.password })
            }
            AuthTable { bearer: None, basic: None, header: Some(header), prefix, value: Some(value) } => {
                Ok(Self::Header { header, prefix: prefix.unwrap_or_default(), value })
            }
            AuthTable { .. } => {
                Err("auth is one of { bearer = REF }, { basic = { user = \"…\", password = REF } } and \
                                     { header = \"X-Key\", prefix = \"Token \", value = REF }")
            }
        }
    }
}

impl JsonSchema for Auth {
    fn schema_name() -> Cow<'static, str> {
        "Auth".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        AuthTable::json_schema(generator)
    }
}

impl Auth {
    /// Returns where the secret comes from.
    pub fn reference(&self) -> &Reference {
        match self {
            Self::Bearer(secret) | Self::Basic { password: secret, .. } | Self::Header { value: secret, .. } => secret,
        }
    }

    /// Returns the header that it will be sent in.
    pub(super) fn name(&self) -> Result<HeaderName, BuildError> {
        match self {
            Self::Bearer(_) | Self::Basic { .. } => Ok(AUTHORIZATION),
            Self::Header { header, .. } => HeaderName::try_from(header.as_str())
                .map_err(|_| BuildError::setting("auth.header", format!("{header:?} is not the name of a header"))),
        }
    }

    /// Checks what can be checked without the secret.
    pub(super) fn check(&self) -> Result<(), BuildError> {
        self.name()?;
        match self {
            Self::Basic { user, .. } if user.contains(':') => {
                Err(BuildError::setting("auth.basic.user", "a user may have no colon (RFC 7617)"))
            }
            Self::Header { prefix, .. } if HeaderValue::from_str(prefix).is_err() => {
                Err(BuildError::setting("auth.prefix", "it has a character that no header may have"))
            }
            Self::Bearer(_) | Self::Basic { .. } | Self::Header { .. } => Ok(()),
        }
    }

    /// Returns the header with the secret in it.
    pub(super) fn header(&self, secret: &SecretValue) -> Result<(HeaderName, HeaderValue), BuildError> {
        #[expect(clippy::disallowed_methods, reason = "the issuer knows keybaton by this secret")]
        let secret = secret.expose();
        if secret.is_empty() {
            return Err(BuildError::secret("auth", "the secret is empty"));
        }
        let bytes = match self {
            Self::Bearer(_) => join(b"Bearer ", secret),
            Self::Basic { user, .. } => basic(user.as_bytes(), secret),
            Self::Header { prefix, .. } => join(prefix.as_bytes(), secret),
        };
        let mut value = HeaderValue::from_bytes(&bytes).map_err(|_| {
            BuildError::secret("auth", "the secret has a line break or another character that no header may have")
        })?;
        value.set_sensitive(true);
        Ok((self.name()?, value))
    }
}

/// Encodes a user and a password as RFC 7617 wants them.
pub(super) fn basic(user: &[u8], password: &[u8]) -> Zeroizing<Vec<u8>> {
    let pair = Zeroizing::new([user, b":", password].concat());
    let encoded = Zeroizing::new(BASE64.encode(&pair));
    join(b"Basic ", encoded.as_bytes())
}

fn join(prefix: &[u8], secret: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([prefix, secret].concat())
}
