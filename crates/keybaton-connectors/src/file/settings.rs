//! The keys of a file vault.
//!
//! Reading them checks shapes only; [`super::target`] and [`super::access`] check the rest.

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{duration, timing};

/// Files that consumers read: `[vault.NAME]` with `type = "file"`. A secret's `name` is the path, with `#KEY` behind it
/// where the file has several entries: `app/.env#PAYMENTS_KEY`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VaultSettings {
    /// Where relative names start. It must exist. Default: the folder of the configuration file.
    pub folder: Option<PathBuf>,
    /// What the file is. Default: `plain`.
    #[serde(default)]
    pub format: Format,
    /// Which entry, where a name has no `#KEY`: a variable, or in JSON a dotted path or a pointer (`/db/password`).
    pub key: Option<String>,
    /// When a dotenv value is quoted. Default: `keep`.
    #[serde(default)]
    pub quotes: Quotes,
    /// The mode of the file: `0640`. Default: as it is, and 0600 for a new one.
    pub mode: Option<String>,
    /// Who owns the file: a name of `/etc/passwd`, or a number. Default: as it is.
    pub owner: Option<String>,
    /// The group of the file: a name of `/etc/group`, or a number. Default: as it is.
    pub group: Option<String>,
    /// Whether everybody on the machine may read the file. Default: false, and such a file is refused.
    #[serde(default)]
    pub world_readable: bool,
    /// Whether a symbolic link is followed and its target replaced. Default: false, and a link is refused.
    #[serde(default)]
    pub follow_symlinks: bool,
    /// The longest time of one call. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}

/// What the file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// The whole file is the value.
    #[default]
    Plain,
    /// Lines of `KEY=value`.
    Dotenv,
    /// A JSON document.
    Json,
}

/// When a dotenv value is quoted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Quotes {
    /// Where its entry was quoted before: `docker run --env-file` takes quotes for a part of the value.
    #[default]
    Keep,
    /// Where it needs quotes, too: every reader of the file knows them.
    Single,
}
