//! The keys of a vault of this kind.

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::azure::login::LoginSettings;
use crate::{duration, timing};

/// A vault of Azure: `[vault.NAME]` with `type = "azure-key-vault"`. A secret's `name` is that of a secret there: letters,
/// digits and dashes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VaultSettings {
    /// The vault: `https://my-vault.vault.azure.net`.
    pub url: String,
    /// Who keybaton itself is there.
    #[serde(default)]
    pub login: LoginSettings,
    /// The content type of new versions. Default: that of the version before.
    pub content_type: Option<String>,
    /// How long after it is written a new version expires: a date that others read, and that ends nothing by itself.
    /// Default: none.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub expires: Option<Duration>,
    /// What becomes of earlier versions when their key is revoked. Default: `disable`.
    #[serde(default)]
    pub old_versions: OldVersions,
    /// A file with the certificates that may sign the vault's and the login's, beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// The longest time of one call, a login included. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
    /// The longest time in which a write that timed out may still land; at least `timeout`. Default: three times `timeout`.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub quiescence: Option<Duration>,
}

/// What becomes of an earlier version when the key that it holds is revoked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OldVersions {
    /// It is disabled: nobody reads it any more, and it can be enabled again.
    #[default]
    Disable,
    /// It stays as it is.
    Keep,
}
