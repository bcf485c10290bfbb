//! The keys of a mariadb issuer and of a mariadb probe.
//!
//! Reading them checks shapes only; [`super::checked`] checks the rest.

use std::path::PathBuf;
use std::time::Duration;

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::sql::TlsSetting;
use crate::{duration, schema, timing};

/// Passwords of one account, or two accounts that alternate: `[issuer.NAME]` with `type = "mariadb"`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// The server and keybaton's own user, without a password: `mysql://keybaton@db:3306`.
    pub url: String,
    /// The password of keybaton's own user, who may change accounts and read `mysql.global_priv`.
    #[schemars(schema_with = "schema::reference")]
    pub password: Reference,
    /// The user of one account with two passwords at once; instead of `accounts`.
    pub account: Option<String>,
    /// The users of two accounts whose logins alternate, with evidence by session; instead of `account`. Nobody else
    /// uses them.
    pub accounts: Option<[String; 2]>,
    /// The host part of the accounts. Default: `%`.
    #[serde(default = "any_host")]
    pub host: String,
    /// How the connection is secured. Default: `verify-full`, and `prefer` on this machine.
    pub sslmode: Option<TlsSetting>,
    /// A file with the certificates that may sign the server's.
    pub ca_file: Option<PathBuf>,
    /// The longest time of one call. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
    /// A new password may be refused this long, and a destroyed one may still work: the lag of replicas and of proxies
    /// that keep passwords. Default: 0s, which is right without them.
    #[serde(default, deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub propagation: Duration,
    /// The longest time in which a lost statement may still land; at least `timeout`. Default: three times `timeout`.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub quiescence: Option<Duration>,
}

/// Logs in to a `MariaDB` server: `probe = { mariadb = "mysql://db:3306/app" }`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeSettings {
    /// The server, and a database if one is to be entered, without a user: `mysql://db:3306/app`.
    pub mariadb: String,
    /// How the connection is secured. Default: `verify-full`, and `prefer` on this machine.
    pub sslmode: Option<TlsSetting>,
    /// A file with the certificates that may sign the server's.
    pub ca_file: Option<PathBuf>,
    /// The longest time of one probe. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}

fn any_host() -> String {
    "%".to_owned()
}
