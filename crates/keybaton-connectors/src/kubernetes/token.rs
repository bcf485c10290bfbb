//! Keybaton's own token: given once, or in a file that is replaced by others while we run.

use std::fs::File;
use std::path::PathBuf;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use keybaton_seal::SecretValue;
use reqwest::header::HeaderValue;
use zeroize::Zeroizing;

use super::settings::VaultSettings;
use crate::build::BuildError;

/// Where keybaton's own token is.
pub(super) enum Token {
    Given(HeaderValue),
    File(PathBuf),
}

impl Token {
    /// `value` is the secret that the settings refer to, where they refer to one.
    pub(super) fn new(settings: &VaultSettings, value: Option<SecretValue>) -> Result<Self, BuildError> {
        match (&settings.token, value) {
            (None, _) => Ok(Self::File(settings.token_file.clone())),
            (Some(_), Some(value)) => {
                let wrong = |_| BuildError::secret("token", "the secret has a character that no header may have");
                bearer(&value).map(Self::Given).map_err(wrong)
            }
            (Some(_), None) => Err(BuildError::secret("token", "the secret that it refers to was not handed over")),
        }
    }

    /// The header that presents it. A file is read each time: what is in it ends within the hour.
    pub(super) async fn header(&self) -> Called<HeaderValue> {
        match self {
            Self::Given(header) => Ok(header.clone()),
            Self::File(path) => {
                let shown = path.display().to_string();
                let wrong =
                    |what: String| Fault::new(Blame::OurCredential, Certainty::NotSent, format!("{shown} {what}"));
                let value = read(path.clone()).await.map_err(|error| wrong(format!("cannot be read: {error}")))?;
                bearer(&value).map_err(|_| wrong("holds no token: no header may have such a character".to_owned()))
            }
        }
    }

    /// Whether there may be another one by now.
    pub(super) fn is_replaced(&self) -> bool {
        matches!(self, Self::File(_))
    }
}

fn bearer(token: &SecretValue) -> Result<HeaderValue, reqwest::header::InvalidHeaderValue> {
    #[expect(clippy::disallowed_methods, reason = "the server knows keybaton by this token")]
    let token = token.expose().trim_ascii();
    let text = Zeroizing::new([b"Bearer ", token].concat());
    let mut header = HeaderValue::from_bytes(&text)?;
    header.set_sensitive(true);
    Ok(header)
}

async fn read(path: PathBuf) -> std::io::Result<SecretValue> {
    let work =
        tokio::task::spawn_blocking(move || SecretValue::read_from(File::open(path)?).map_err(std::io::Error::other));
    work.await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
}
