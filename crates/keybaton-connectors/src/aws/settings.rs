//! The keys of the connectors of AWS.
//!
//! Reading them checks shapes only; the rest is checked where it is used.

use std::time::Duration;

use keybaton_types::Reference;
use schemars::JsonSchema;
use serde::Deserialize;

use super::own::Own;
use super::region::Service;
use super::wire::Reach;
use crate::{duration, schema, timing};

/// Secrets Manager of AWS: `[vault.NAME]` with `type = "aws-secrets-manager"`. A secret's `name` is the name of the secret
/// there, or its ARN.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VaultSettings {
    /// The region: `eu-central-1`.
    pub region: String,
    /// An access key of keybaton's own. Default: the environment, the shared profile, a web identity, the container, the
    /// instance, in this order.
    pub access_key: Option<AccessKeySettings>,
    /// The profile of the shared files that keybaton itself uses.
    pub profile: Option<String>,
    /// Which field of a JSON object holds the value; the others are kept as they are. Default: the secret is the value.
    pub field: Option<String>,
    /// What becomes of earlier versions when their key is revoked. Default: `release`.
    #[serde(default)]
    pub old_versions: OldVersions,
    /// The address, where it is not that of the region: `https://…`, or plain http to loopback.
    pub endpoint: Option<String>,
    /// The longest time of one call, getting a credential included. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
    /// The longest time in which a write that timed out may still land; at least `timeout`. Default: three times `timeout`.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub quiescence: Option<Duration>,
}

/// The access keys of an IAM user of AWS: `[issuer.NAME]` with `type = "aws-iam"`. A key is two texts: `{{ id }}` is the
/// access key id and `{{ value }}` the secret access key.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// The name of the user whose keys these are.
    pub user: String,
    /// The region in which a key is tried, and whose partition IAM is asked in. Default: `us-east-1`.
    #[serde(default = "default_region")]
    pub region: String,
    /// An access key of keybaton's own. Default: the environment, the shared profile, a web identity, the container, the
    /// instance, in this order.
    pub access_key: Option<AccessKeySettings>,
    /// The profile of the shared files that keybaton itself uses.
    pub profile: Option<String>,
    /// How a key is marked as one of keybaton's. Default: `tag`.
    #[serde(default)]
    pub labels: Labels,
    /// Whether IAM is asked when a key was last used. Default: `ask`.
    #[serde(default)]
    pub last_used: LastUsed,
    /// How late what IAM says of the last use may be. Default: 4h.
    #[serde(default = "default_lag", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub last_used_lag: Duration,
    /// The address of IAM, where it is not that of the partition: `https://…`, or plain http to loopback.
    pub endpoint: Option<String>,
    /// The address of the Security Token Service, by which a key is tried. Default: that of the region, or `endpoint`.
    pub sts_endpoint: Option<String>,
    /// The longest time of one call, getting a credential included. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
    /// A new key may be refused this long, and a destroyed or disabled one may still work. Default: 60s.
    #[serde(default = "default_propagation", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub propagation: Duration,
    /// The longest time in which a request that timed out may still land; at least `timeout`. Default: three times `timeout`.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub quiescence: Option<Duration>,
}

/// Asks AWS who it is, with the key that is tried: `probe = { aws-iam = "eu-central-1" }`. It needs no permission.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeSettings {
    /// The region.
    #[serde(rename = "aws-iam")]
    pub region: String,
    /// The address of the Security Token Service, where it is not that of the region.
    pub endpoint: Option<String>,
    /// The longest time of one probe. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}

/// An access key of keybaton's own.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessKeySettings {
    /// Its id, which is no secret.
    pub id: String,
    /// Its secret.
    #[schemars(schema_with = "schema::reference")]
    pub secret: Reference,
    /// The token of a session, where the key is one of a role.
    #[serde(default)]
    #[schemars(schema_with = "schema::reference")]
    pub session_token: Option<Reference>,
}

/// What becomes of an earlier version when the key that it holds is revoked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OldVersions {
    /// Its labels are taken off, AWSPREVIOUS too: nobody reads it by a label any more, and AWS deletes it.
    #[default]
    Release,
    /// It keeps its labels.
    Keep,
}

/// How a key is marked as one of keybaton's, beside the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Labels {
    /// By a tag of the user whose key is the access key's id; AWS's console shows it as the key's description.
    #[default]
    Tag,
    /// Not at all.
    None,
}

/// Whether IAM is asked when a key was last used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LastUsed {
    /// It is asked for each key whenever the list is read.
    #[default]
    Ask,
    /// It is not, and nothing is known of it.
    Ignore,
}

/// The ways of getting a credential of keybaton's own, which two tables have in common.
macro_rules! with_an_own_credential {
    ($($settings:ty),*) => {$(
        impl $settings {
            pub(super) fn own(&self) -> Own<'_> {
                Own { access_key: self.access_key.as_ref(), profile: self.profile.as_deref() }
            }
        }
    )*};
}

with_an_own_credential!(VaultSettings, IssuerSettings);

impl VaultSettings {
    pub(super) fn reach(&self) -> Reach<'_> {
        let Self { region, timeout, .. } = self;
        Reach { service: Service::Secrets, at: "region", region, endpoint: self.endpoint.as_deref(), timeout: *timeout }
    }
}

impl IssuerSettings {
    pub(super) fn reach(&self) -> Reach<'_> {
        let Self { region, timeout, .. } = self;
        Reach { service: Service::Iam, at: "region", region, endpoint: self.endpoint.as_deref(), timeout: *timeout }
    }

    /// The probe of the same keys.
    pub(super) fn probe(&self) -> ProbeSettings {
        let endpoint = self.sts_endpoint.clone().or_else(|| self.endpoint.clone());
        ProbeSettings { region: self.region.clone(), endpoint, timeout: self.timeout }
    }
}

impl ProbeSettings {
    pub(super) fn reach(&self) -> Reach<'_> {
        let Self { region, timeout, .. } = self;
        Reach { service: Service::Tokens, at: "aws-iam", region, endpoint: self.endpoint.as_deref(), timeout: *timeout }
    }
}

fn default_region() -> String {
    "us-east-1".to_owned()
}

/// Amazon gives no number for keys: this is the one that it gives for the last access of users and roles.
fn default_lag() -> Duration {
    Duration::from_hours(4)
}

fn default_propagation() -> Duration {
    Duration::from_mins(1)
}
