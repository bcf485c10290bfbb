//! The keys of a vault of `HashiCorp`'s kind.
//!
//! Reading them checks shapes only; [`super::server`] and [`super::place`] check the rest.

use std::path::PathBuf;
use std::time::Duration;

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;

use super::login::Own;
use super::wire::Reach;
use crate::{duration, schema, timing};

/// A KV engine, version 2, of `HashiCorp` Vault or `OpenBao`: `[vault.NAME]` with `type = "hashicorp-vault"`. A secret's
/// `name` is the path below the mount: `team/payments`. One of `token`, `approle` and `kubernetes` is needed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VaultSettings {
    /// The server: `https://bao.internal:8200`, or plain http to loopback.
    pub url: String,
    /// Where the engine is mounted. Default: `secret`.
    #[serde(default = "default_mount")]
    pub mount: String,
    /// Keybaton's own token. It is renewed where it can be.
    #[serde(default)]
    #[schemars(schema_with = "schema::reference")]
    pub token: Option<Reference>,
    /// A login of keybaton's own by a role and a secret id.
    pub approle: Option<AppRoleSettings>,
    /// A login of keybaton's own by the account that its pod has.
    pub kubernetes: Option<KubernetesSettings>,
    /// The namespace.
    pub namespace: Option<String>,
    /// Which field of the KV secret holds the value; the others are kept as they are. Default: `value`.
    #[serde(default = "default_field")]
    pub field: String,
    /// What becomes of earlier versions when their key is revoked. Default: `destroy`.
    #[serde(default)]
    pub old_versions: OldVersions,
    /// A file with the certificates that may sign the server's, beside the public ones.
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

/// Secret ids of a role of the `AppRole` method: `[issuer.NAME]` with `type = "openbao-approle"`. One of `token`,
/// `approle` and `kubernetes` is needed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// The server: `https://bao.internal:8200`, or plain http to loopback.
    pub url: String,
    /// Where the method is mounted. Default: `approle`.
    #[serde(default = "default_approle")]
    pub mount: String,
    /// The name of the role.
    pub role: String,
    /// The id of the role: with it a secret needs no probe of its own.
    pub role_id: Option<String>,
    /// What becomes of tokens that were issued for a revoked secret id. Default: `revoke`.
    #[serde(default)]
    pub tokens: Tokens,
    /// Keybaton's own token. It is renewed where it can be.
    #[serde(default)]
    #[schemars(schema_with = "schema::reference")]
    pub token: Option<Reference>,
    /// A login of keybaton's own by another role and its secret id.
    pub approle: Option<AppRoleSettings>,
    /// A login of keybaton's own by the account that its pod has.
    pub kubernetes: Option<KubernetesSettings>,
    /// The namespace.
    pub namespace: Option<String>,
    /// A file with the certificates that may sign the server's, beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// The longest time of one call, a login included. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
    /// A new secret id may be refused this long, and a destroyed one may still work: standbys that lag. Default: 0s.
    #[serde(default, deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub propagation: Duration,
    /// The longest time in which a request that timed out may still land; at least `timeout`. Default: three times `timeout`.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub quiescence: Option<Duration>,
}

/// What becomes of tokens that were issued for a revoked secret id.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tokens {
    /// They are revoked too; while they live they count as sessions.
    #[default]
    Revoke,
    /// They live on until they end by themselves.
    Leave,
}

/// Logs in by a role and the secret id that is tried:
/// `probe = { openbao-approle = "https://bao.internal:8200", role_id = "…" }`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeSettings {
    /// The server: `https://bao.internal:8200`, or plain http to loopback.
    #[serde(rename = "openbao-approle")]
    pub url: String,
    /// The id of the role.
    pub role_id: String,
    /// Where the method is mounted. Default: `approle`.
    #[serde(default = "default_approle")]
    pub mount: String,
    /// The namespace.
    pub namespace: Option<String>,
    /// A file with the certificates that may sign the server's, beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// The longest time of one probe. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}

/// A login by a role and a secret id.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppRoleSettings {
    /// Where the method is mounted. Default: `approle`.
    #[serde(default = "default_approle")]
    pub mount: String,
    /// The id of the role.
    pub role_id: String,
    /// A secret id of the role.
    #[schemars(schema_with = "schema::reference")]
    pub secret_id: Reference,
}

/// A login by the account of a pod.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KubernetesSettings {
    /// Where the method is mounted. Default: `kubernetes`.
    #[serde(default = "default_kubernetes")]
    pub mount: String,
    /// The role.
    pub role: String,
    /// The file with the pod's token, read at each login. Default: where Kubernetes puts it.
    #[serde(default = "default_token_file")]
    pub token_file: PathBuf,
}

/// What becomes of an earlier version when the key that it holds is revoked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OldVersions {
    /// Its content is destroyed, unless it holds other fields too.
    #[default]
    Destroy,
    /// It stays as long as the engine keeps it.
    Keep,
}

/// The ways of reaching a server and of logging in, which two tables have in common.
macro_rules! at_a_server {
    ($($settings:ty),*) => {$(
        impl $settings {
            pub(super) fn reach(&self) -> Reach<'_> {
                let (namespace, ca_file) = (self.namespace.as_deref(), self.ca_file.as_deref());
                Reach { at: "url", url: &self.url, namespace, ca_file, timeout: self.timeout }
            }

            pub(super) fn own(&self) -> Own<'_> {
                let Self { token, approle, kubernetes, .. } = self;
                Own { token: token.as_ref(), approle: approle.as_ref(), kubernetes: kubernetes.as_ref() }
            }
        }
    )*};
}

at_a_server!(VaultSettings, IssuerSettings);

impl ProbeSettings {
    pub(super) fn reach(&self) -> Reach<'_> {
        let (namespace, ca_file) = (self.namespace.as_deref(), self.ca_file.as_deref());
        Reach { at: "openbao-approle", url: &self.url, namespace, ca_file, timeout: self.timeout }
    }
}

fn default_mount() -> String {
    "secret".to_owned()
}

fn default_field() -> String {
    "value".to_owned()
}

fn default_approle() -> String {
    "approle".to_owned()
}

fn default_kubernetes() -> String {
    "kubernetes".to_owned()
}

fn default_token_file() -> PathBuf {
    PathBuf::from("/var/run/secrets/kubernetes.io/serviceaccount/token")
}
