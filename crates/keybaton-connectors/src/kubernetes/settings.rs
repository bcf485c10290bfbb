//! The keys of a vault in Kubernetes.
//!
//! Reading them checks shapes only; [`super::place`] and [`super::server`] check the rest.

use std::path::PathBuf;
use std::time::Duration;

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::{duration, schema, timing};

/// Secrets of a namespace: `[vault.NAME]` with `type = "kubernetes"`. A secret's `name` is that of the Secret.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VaultSettings {
    /// The namespace.
    pub namespace: String,
    /// The API server. Default: `https://kubernetes.default.svc`, which is where a pod finds it.
    #[serde(default = "default_url")]
    pub url: String,
    /// Keybaton's own token. Default: the one in `token_file`.
    #[serde(default)]
    #[schemars(schema_with = "schema::reference")]
    pub token: Option<Reference>,
    /// The file with keybaton's own token, read for each request. Default: where Kubernetes puts it.
    #[serde(default = "default_token_file")]
    pub token_file: PathBuf,
    /// A file with the certificates that may sign the server's, beside the public ones. Default: where Kubernetes puts it,
    /// if there is one.
    pub ca_file: Option<PathBuf>,
    /// Which field of the Secret holds the present value; fields beside these two are left alone. Default: `value`.
    #[serde(default = "default_field")]
    pub field: String,
    /// Which field holds the value before, until its key is revoked. Default: `value.previous`, after `field`.
    pub previous: Option<String>,
    /// What becomes of these fields where another field manager owns them. Default: `refuse`.
    #[serde(default)]
    pub fields_of_others: OthersFields,
    /// Which workloads are restarted when the value changes, so that they read it. Default: `never`.
    #[serde(default)]
    pub restart: Restart,
    /// The longest time of one call. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
    /// The longest time in which a write that timed out may still land; at least `timeout`. Default: three times `timeout`.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub quiescence: Option<Duration>,
}

/// What becomes of the two fields where another field manager owns them. A value that is not ours is never overwritten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OthersFields {
    /// Nothing is written, and the manager is named.
    #[default]
    Refuse,
    /// They are taken over, if the value is one of ours.
    Take,
}

/// Which workloads are restarted when the value changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Restart {
    /// None.
    #[default]
    Never,
    /// Each `Deployment`, `StatefulSet` and `DaemonSet` of the namespace with the Secret's name in its annotation
    /// `keybaton/restart`. Their pods are evidence.
    Annotated,
}

fn default_url() -> String {
    "https://kubernetes.default.svc".to_owned()
}

fn default_token_file() -> PathBuf {
    PathBuf::from("/var/run/secrets/kubernetes.io/serviceaccount/token")
}

fn default_field() -> String {
    "value".to_owned()
}
