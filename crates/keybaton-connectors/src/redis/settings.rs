//! The keys of a redis issuer and of a redis probe.
//!
//! Reading them checks shapes only; [`super::checked`] checks the rest.

use std::path::PathBuf;
use std::time::Duration;

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{duration, schema, timing};

/// Passwords of one ACL user, or two users that alternate: `[issuer.NAME]` with `type = "redis"`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// The server: `rediss://cache.example:6380`, or plain `redis://127.0.0.1:6379` on this machine.
    pub url: String,
    /// Keybaton's own user, who needs `+acl +client` (and `+config|rewrite` to persist there).
    pub auth: AuthSettings,
    /// One user with several passwords at once; instead of `users`.
    pub user: Option<String>,
    /// Two users whose logins alternate, with evidence by session; instead of `user`. Nobody else uses them.
    pub users: Option<[String; 2]>,
    /// A file with the certificates that may sign the server's, beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// Where the server writes a change down. Default: `acl-file`.
    #[serde(default)]
    pub persist: PersistSetting,
    /// What becomes of connections when a password of the one `user` is revoked. Default: `keep-connections`.
    pub on_revoke: Option<RevokeSetting>,
    /// The longest time of one call. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
    /// A new password may be refused this long, and a destroyed one may still work, where something between the
    /// consumers and the server keeps passwords. Default: 0s.
    #[serde(default, deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub propagation: Duration,
    /// The longest time in which a lost command may still land; at least `timeout`. Default: three times `timeout`.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub quiescence: Option<Duration>,
}

/// Keybaton's own login.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AuthSettings {
    /// The user. Default: `default`.
    #[serde(default = "default_user")]
    pub user: String,
    /// Its password.
    #[schemars(schema_with = "schema::reference")]
    pub password: Reference,
}

/// Where the server writes a change down, so that it survives a restart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PersistSetting {
    /// Into the server's `aclfile`, by `ACL SAVE`; a server without one is refused.
    #[default]
    AclFile,
    /// Into the server's configuration file, by `CONFIG REWRITE`.
    ConfigFile,
    /// Nowhere: a restart of the server loses the new password, and brings back the old one.
    Nowhere,
}

/// What becomes of connections when a password of one user is revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RevokeSetting {
    /// They stay: those that were opened with the old password too, until they close.
    KeepConnections,
    /// All connections of the user are ended, those with the new password too.
    EndConnections,
}

/// Logs in to a Redis server: `probe = { redis = "rediss://cache.example:6380" }`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeSettings {
    /// The server, without a user: `rediss://cache.example:6380`, or plain `redis://127.0.0.1:6379` on this machine.
    pub redis: String,
    /// A file with the certificates that may sign the server's, beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// The longest time of one probe. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}

fn default_user() -> String {
    "default".to_owned()
}
