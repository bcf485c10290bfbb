//! The keys of an exec issuer and of an exec probe.
//!
//! Reading them checks shapes only; [`super::checked`] and [`super::program`] check the rest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Map;

use crate::{duration, schema};

/// A program that makes and destroys credentials: `[issuer.NAME]` with `type = "exec"`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// The name of the program in `folder`: small letters, digits and dashes, no path.
    pub program: String,
    /// Where programs are. They, and every folder above, are changed by root or by keybaton's own user alone. Default:
    /// `/etc/keybaton/exec.d`.
    #[serde(default = "folder")]
    pub folder: PathBuf,
    /// The SHA-256 of the program, in hexadecimal: no other file is run.
    pub sha256: Option<String>,
    /// What the program can do beside `create` and `destroy`.
    #[serde(default)]
    pub can: BTreeSet<Can>,
    /// Who chooses the value: `theirs` (the program tells it once) or `ours` (`create` may then come twice). Default: `theirs`.
    #[serde(default)]
    pub value: Value,
    /// Whether an id ever names a second credential. Default: `once`.
    #[serde(default)]
    pub ids: Ids,
    /// Secrets that the program is given in its document, by name.
    #[serde(default)]
    #[schemars(schema_with = "schema::references")]
    pub secrets: BTreeMap<String, Reference>,
    /// Anything else that the program is given. Never a secret.
    #[serde(default)]
    pub options: Map<String, serde_json::Value>,
    /// How many credentials may live at once, foreign ones included. No bound by default.
    pub max_credentials: Option<u32>,
    /// The longest time of one call; the program is ended then. Default: 30s.
    #[serde(default = "half_a_minute", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
    /// A new credential may be refused this long, and a destroyed one may still work. Default: 0s.
    #[serde(default, deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub propagation: Duration,
    /// The longest time in which what the program had begun may still land; at least `timeout`. Default: three times `timeout`.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub quiescence: Option<Duration>,
}

/// A program that tries a credential: `probe = { exec = "name" }`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeSettings {
    /// The name of the program in `folder`: small letters, digits and dashes, no path.
    pub exec: String,
    /// Where programs are. They, and every folder above, are changed by root or by keybaton's own user alone. Default:
    /// `/etc/keybaton/exec.d`.
    #[serde(default = "folder")]
    pub folder: PathBuf,
    /// The SHA-256 of the program, in hexadecimal: no other file is run.
    pub sha256: Option<String>,
    /// Secrets that the program is given in its document, by name.
    #[serde(default)]
    #[schemars(schema_with = "schema::references")]
    pub secrets: BTreeMap<String, Reference>,
    /// Anything else that the program is given. Never a secret.
    #[serde(default)]
    pub options: Map<String, serde_json::Value>,
    /// The longest time of one probe; the program is ended then. Default: 30s.
    #[serde(default = "half_a_minute", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}

/// A program that is told of alerts: `[alert.NAME]` with `type = "exec"`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelSettings {
    /// The name of the program in `folder`: small letters, digits and dashes, no path.
    pub program: String,
    /// Where programs are. They, and every folder above, are changed by root or by keybaton's own user alone. Default:
    /// `/etc/keybaton/exec.d`.
    #[serde(default = "folder")]
    pub folder: PathBuf,
    /// The SHA-256 of the program, in hexadecimal: no other file is run.
    pub sha256: Option<String>,
    /// Secrets that the program is given in its document, by name.
    #[serde(default)]
    #[schemars(schema_with = "schema::references")]
    pub secrets: BTreeMap<String, Reference>,
    /// Anything else that the program is given. Never a secret.
    #[serde(default)]
    pub options: Map<String, serde_json::Value>,
    /// The longest time of one call; the program is ended then. Default: 30s.
    #[serde(default = "half_a_minute", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}

/// What a program can do beside `create` and `destroy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Can {
    /// List every credential.
    List,
    /// Tell in the list when each was last used.
    LastUsed,
    /// Switch a credential off, and on again.
    Disable,
    /// Try a credential; a secret without a `probe` of its own is tried so.
    Probe,
}

/// Who chooses the value of a new credential.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Value {
    /// keybaton draws it and the program sets it.
    Ours,
    /// The program tells it once, in the answer to `create`.
    #[default]
    Theirs,
}

/// Whether an id ever names a second credential.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ids {
    /// Never.
    #[default]
    Once,
    /// It comes back, as a slot or a user that alternates with another.
    Again,
}

fn folder() -> PathBuf {
    PathBuf::from("/etc/keybaton/exec.d")
}

fn half_a_minute() -> Duration {
    Duration::from_secs(30)
}
