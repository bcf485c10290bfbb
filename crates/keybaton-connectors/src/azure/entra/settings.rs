//! The keys of an application whose passwords are rotated.

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::azure::login::LoginSettings;
use crate::{duration, timing};

/// Passwords of an application in Entra ID: `[issuer.NAME]` with `type = "azure-entra"`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// The directory of the application: its id, or a domain.
    pub tenant_id: String,
    /// The application, by its client id.
    pub client_id: String,
    /// Who keybaton itself is: an owner of the application with `Application.ReadWrite.OwnedBy`.
    #[serde(default)]
    pub login: LoginSettings,
    /// Microsoft Graph. Default: `https://graph.microsoft.com`.
    #[serde(default = "default_graph")]
    pub graph: String,
    /// A file with the certificates that may sign the servers', beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// The longest time of one call, a login included. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
    /// A new password may be refused this long, and a removed one may still work, until every replica of the directory knows.
    /// Default: 2m.
    #[serde(default = "default_propagation", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub propagation: Duration,
    /// The longest time in which a request that timed out may still show; at least `timeout`. Default: the longer of
    /// `propagation` and three times `timeout`.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub quiescence: Option<Duration>,
}

/// Asks for a token with the password that is tried: `probe = { azure-entra = "CLIENT_ID", tenant_id = "…" }`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeSettings {
    /// The application, by its client id.
    #[serde(rename = "azure-entra")]
    pub client_id: String,
    /// The directory of the application.
    pub tenant_id: String,
    /// Where Entra ID is. Default: `https://login.microsoftonline.com`.
    #[serde(default = "default_authority")]
    pub authority: String,
    /// What the token is for. Default: `https://graph.microsoft.com/.default`.
    #[serde(default = "default_scope")]
    pub scope: String,
    /// A file with the certificates that may sign the server's, beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// The longest time of one probe. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}

fn default_graph() -> String {
    "https://graph.microsoft.com".to_owned()
}

pub(super) fn default_authority() -> String {
    "https://login.microsoftonline.com".to_owned()
}

pub(super) fn default_scope() -> String {
    "https://graph.microsoft.com/.default".to_owned()
}

fn default_propagation() -> Duration {
    Duration::from_mins(2)
}
