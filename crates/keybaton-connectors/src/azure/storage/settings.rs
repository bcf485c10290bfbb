//! The keys of a storage account whose keys are rotated.

use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::key::StorageSlot;
use crate::azure::login::LoginSettings;
use crate::{duration, timing};

/// The two keys of an Azure Storage account: `[issuer.NAME]` with `type = "azure-storage"`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IssuerSettings {
    /// The subscription of the account, by its id.
    pub subscription_id: String,
    /// The resource group of the account.
    pub resource_group: String,
    /// The name of the account.
    pub account: String,
    /// The slot that nobody uses, `key1` or `key2`: only where keybaton is to make a first key without having adopted one.
    pub spare: Option<StorageSlot>,
    /// Who keybaton itself is: an identity with the role "Storage Account Key Operator Service Role".
    #[serde(default)]
    pub login: LoginSettings,
    /// Azure Resource Manager. Default: `https://management.azure.com`.
    #[serde(default = "default_management")]
    pub management: String,
    /// Where a key is tried: the endpoint of the account's blobs, files or queues. Default:
    /// `https://ACCOUNT.blob.core.windows.net`.
    pub endpoint: Option<String>,
    /// A file with the certificates that may sign the servers', beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// The longest time of one call, a login included. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
    /// A new key may be refused this long, and one that was replaced may still work, until every server of the account knows.
    /// Default: 1m.
    #[serde(default = "default_propagation", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub propagation: Duration,
    /// The longest time in which a request that timed out may still be carried out; at least `timeout`. Default: the longer of
    /// `propagation` and twelve times `timeout`.
    #[serde(default, deserialize_with = "duration::read_some")]
    #[schemars(with = "Option<String>")]
    pub quiescence: Option<Duration>,
}

/// Signs a request to the account with the key that is tried: `probe = { azure-storage = "ACCOUNT" }`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProbeSettings {
    /// The name of the account.
    #[serde(rename = "azure-storage")]
    pub account: String,
    /// The endpoint of its blobs, files or queues. Default: `https://ACCOUNT.blob.core.windows.net`.
    pub endpoint: Option<String>,
    /// A file with the certificates that may sign the server's, beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// The longest time of one probe. Default: 10s.
    #[serde(default = "timing::ten_seconds", deserialize_with = "duration::read")]
    #[schemars(with = "String")]
    pub timeout: Duration,
}

impl ProbeSettings {
    /// Where the key is tried.
    pub(super) fn endpoint(&self) -> String {
        let usual = || format!("https://{}.blob.core.windows.net", self.account);
        self.endpoint.clone().unwrap_or_else(usual)
    }
}

fn default_management() -> String {
    "https://management.azure.com".to_owned()
}

fn default_propagation() -> Duration {
    Duration::from_mins(1)
}
