//! How keybaton knows the reader: an access token, or the owner of the process behind a unix socket.

use std::fs::File;
use std::path::PathBuf;

use keybaton_seal::{Fingerprinter, SecretValue};
use keybaton_types::Fingerprint;
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use crate::Error;

/// How keybaton knows the reader.
pub struct Access(Source);

enum Source {
    Nothing,
    Value(SecretValue),
    File(PathBuf),
}

impl Access {
    /// The access token in a file. It is read for every request, so that a new token needs no restart.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(path.into()))
    }

    /// The access token in an environment variable, read now.
    pub fn env(name: &str) -> Result<Self, Error> {
        let text = std::env::var(name).map_err(|_| Error::TokenVariable { name: name.to_owned() })?;
        Ok(Self::token(SecretValue::from_text(text).map_err(Error::Token)?))
    }

    /// An access token that the caller has read.
    pub fn token(token: SecretValue) -> Self {
        Self(Source::Value(token))
    }

    /// No token: for a unix socket, where the kernel says who reads.
    pub fn by_socket() -> Self {
        Self(Source::Nothing)
    }

    /// The header of a request, and by what the token can be told from another one.
    pub(crate) fn header(&self) -> Result<Option<(HeaderValue, Fingerprint)>, Error> {
        match &self.0 {
            Source::Nothing => Ok(None),
            Source::Value(token) => bearer(token).map(Some),
            Source::File(path) => {
                let unread = |source| Error::TokenFile { path: path.clone(), source };
                let token = SecretValue::read_from(File::open(path).map_err(unread)?).map_err(Error::Token)?;
                bearer(&token).map(Some)
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "keybaton knows the reader by its token")]
fn bearer(token: &SecretValue) -> Result<(HeaderValue, Fingerprint), Error> {
    let text = Zeroizing::new([b"Bearer ", token.expose()].concat());
    let mut header = HeaderValue::from_bytes(&text).map_err(|_| Error::TokenForm)?;
    header.set_sensitive(true);
    Ok((header, Fingerprinter::public().of(token).map_err(Error::Token)?))
}
