//! An access token: drawn, taken from a text, hashed. Its form is `keybaton_types::is_token`.

use data_encoding::HEXLOWER;
use keybaton_types::{TOKEN_DRAWN, TOKEN_PREFIX, TokenHash, TokenId, is_token, token_checksum};
use zeroize::Zeroizing;

use crate::binding::length_prefixed;
use crate::draw::sample;
use crate::{Alphabet, Error, SecretValue, digest};

/// An access token in plain: what a consumer presents. It is shown once, when it is made, and stored as its hash only.
pub struct AccessToken(SecretValue);

impl AccessToken {
    /// Draws a new token of 256 bits.
    pub fn draw() -> Result<Self, Error> {
        let drawn = sample(Alphabet::ALPHANUMERIC.characters(), TOKEN_DRAWN)?;
        let head = Zeroizing::new([TOKEN_PREFIX.as_bytes(), &drawn].concat());
        let check = token_checksum(&head);
        SecretValue::new([&head[..], &check].concat()).map(Self)
    }

    /// Takes a text for a token when its form and its checksum are right; nobody is asked whether it is still good.
    #[expect(clippy::disallowed_methods, reason = "the checksum of a presented token is computed over it")]
    pub fn parse(text: SecretValue) -> Result<Self, Error> {
        if is_token(text.expose()) { Ok(Self(text)) } else { Err(Error::TokenMalformed) }
    }

    /// The hash under which the store keeps it: SHA-256, which is enough for 256 random bits.
    #[expect(clippy::disallowed_methods, reason = "a token is stored as its hash")]
    pub fn hash(&self) -> TokenHash {
        let whole = Zeroizing::new(length_prefixed(&[b"keybaton token 1", self.0.expose()]));
        TokenHash(HEXLOWER.encode(&digest(&whole)))
    }

    /// The text, for whoever prints it once or presents it.
    pub fn text(&self) -> &SecretValue {
        &self.0
    }
}

/// Draws the public name of a new token.
pub fn draw_token_id() -> Result<TokenId, Error> {
    let drawn = sample(Alphabet::LOWERCASE.characters(), TokenId::LENGTH)?;
    let text: String = drawn.iter().copied().map(char::from).collect();
    text.parse().map_err(|_| Error::Library("draw the id of a token"))
}
