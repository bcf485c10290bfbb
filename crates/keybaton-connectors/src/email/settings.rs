//! The keys of `[alert.NAME]` with `type = "email"`.

use std::path::PathBuf;
use std::time::Duration;

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{duration, schema};

/// Mail through an SMTP server: `[alert.NAME]` with `type = "email"`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelSettings {
    /// The host of the SMTP server.
    pub server: String,
    /// Its port. Default: 587, with `tls = "tls"` 465.
    pub port: Option<u16>,
    /// How the connection is secured: `starttls`, `tls`, or `none` on this machine only. Default: `starttls`.
    #[serde(default)]
    pub tls: Tls,
    /// A file with the certificates of authorities that are trusted beside those of the machine, in PEM.
    pub ca_file: Option<PathBuf>,
    /// Who keybaton is at the server. Without one it does not log in.
    pub user: Option<String>,
    /// The password of `user`.
    #[serde(default)]
    #[schemars(schema_with = "schema::reference")]
    pub password: Option<Reference>,
    /// Who the mail is from: `keybaton <keybaton@example.org>`.
    pub from: String,
    /// Whom it is sent to, at most 32.
    pub to: Vec<String>,
    /// The longest time of one attempt. Default: 30s.
    #[serde(default = "half_a_minute", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}

/// How a connection to an SMTP server is secured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// It begins in plain and must be encrypted before anything is said.
    #[default]
    Starttls,
    /// It is encrypted from its first byte.
    Tls,
    /// It is not encrypted: on this machine only.
    None,
}

impl Tls {
    /// The usual port.
    pub(super) fn port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

fn half_a_minute() -> Duration {
    Duration::from_secs(30)
}
