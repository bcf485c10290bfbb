//! The keys of a postgres issuer and of a postgres probe.
//!
//! Reading them checks shapes only; [`super::PostgresIssuer`] and [`super::PostgresProbe`] check the rest.

use std::path::PathBuf;
use std::time::Duration;

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::sql::TlsSetting;
use crate::{duration, schema, timing};

/// Alternating login roles of a `PostgreSQL` server: `[issuer.NAME]` with `type = "postgres"`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// The server, a database and keybaton's own user, without a password: `postgres://keybaton@db:5432/app`.
    pub url: String,
    /// The password of keybaton's own user, who may create roles and has the owner role with the admin option.
    #[schemars(schema_with = "schema::reference")]
    pub password: Reference,
    /// The role that owns everything: the login role that was adopted. It is never dropped.
    pub owner: String,
    /// The two roles between which logins alternate; made when they are needed. Default: `OWNER_a` and `OWNER_b`.
    pub members: Option<[String; 2]>,
    /// How the connection is secured. Default: `verify-full`, and `prefer` on this machine.
    pub sslmode: Option<TlsSetting>,
    /// A file with the certificates that may sign the server's, beside the public ones.
    pub ca: Option<PathBuf>,
    /// The longest time of one call. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
    /// A new password may be refused this long, and a destroyed one may still work: the lag of replicas and of poolers
    /// that keep passwords. Default: 0s, which is right without them.
    #[serde(default, deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub propagation: Duration,
    /// The longest time in which a lost `COMMIT` may still land; at least `timeout`. Default: three times `timeout`.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub quiescence: Option<Duration>,
}

/// Logs in to a `PostgreSQL` server: `probe = { postgres = "db:5432/app" }`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeSettings {
    /// The server and a database, without a user: `db:5432/app` or `postgres://db:5432/app`.
    pub postgres: String,
    /// How the connection is secured. Default: `verify-full`, and `prefer` on this machine.
    pub sslmode: Option<TlsSetting>,
    /// A file with the certificates that may sign the server's, beside the public ones.
    pub ca: Option<PathBuf>,
    /// The longest time of one probe. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}
