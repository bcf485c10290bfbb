//! Where keybaton's own credential comes from, as settings have it.

use aws_credential_types::Credentials;
use keybaton_seal::SecretValue;
use keybaton_types::Reference;

use super::settings::AccessKeySettings;
use crate::build::BuildError;

/// Where keybaton's own credential comes from: an access key of the settings, or the usual chain.
#[derive(Clone, Copy)]
pub(super) struct Own<'a> {
    pub(super) access_key: Option<&'a AccessKeySettings>,
    pub(super) profile: Option<&'a str>,
}

/// The same with its secrets.
pub(super) enum Way {
    /// It is given one.
    Given(Credentials),
    /// The environment, the shared profile, a web identity, the container, the instance: whoever has one first.
    Chain {
        /// The profile of the shared files; none for the one that the environment names, or the default.
        profile: Option<String>,
    },
}

impl<'a> Own<'a> {
    pub(super) fn check(self) -> Result<(), BuildError> {
        match (self.access_key, self.profile) {
            (Some(_), Some(_)) => {
                Err(BuildError::setting("profile", "there is an access_key too: one of them is enough"))
            }
            (Some(key), None) if key.id.is_empty() => Err(BuildError::setting("access_key.id", "it is empty")),
            (Some(_), None) | (None, _) => Ok(()),
        }
    }

    pub(super) fn references(self) -> Vec<&'a Reference> {
        let key = self.access_key.into_iter();
        key.flat_map(|key| std::iter::once(&key.secret).chain(&key.session_token)).collect()
    }

    /// The same in words that two tables for one account share.
    pub(super) fn shown(self) -> &'a str {
        self.access_key.map(|key| key.id.as_str()).or(self.profile).unwrap_or_default()
    }
}

impl Way {
    /// Reads how the settings want it; `values` are the secrets that they refer to.
    pub(super) fn new(own: Own<'_>, values: &[SecretValue]) -> Result<Self, BuildError> {
        own.check()?;
        let Some(key) = own.access_key else {
            return Ok(Self::Chain { profile: own.profile.map(str::to_owned) });
        };
        let mut values = values.iter();
        let mut text = |at: &str| {
            let value = values
                .next()
                .ok_or_else(|| BuildError::secret(at, "the secret that it refers to was not handed over"))?;
            text(at, value)
        };
        let secret = text("access_key.secret")?;
        let session = key.session_token.as_ref().map(|_| text("access_key.session_token")).transpose()?;
        Ok(Self::Given(Credentials::new(key.id.clone(), secret, session, None, "keybaton.toml")))
    }
}

fn text(at: &str, value: &SecretValue) -> Result<String, BuildError> {
    #[expect(clippy::disallowed_methods, reason = "requests are signed with keybaton's own key")]
    let text = str::from_utf8(value.expose()).map(str::trim);
    match text {
        // An empty one stands for each secret where only the ledger is read.
        Ok(text) if text.bytes().all(|byte| byte.is_ascii_graphic()) => Ok(text.to_owned()),
        Ok(_) | Err(_) => Err(BuildError::secret(at, "it is none of a key of AWS")),
    }
}
