//! What an alert manager pushes: the webhook document of Prometheus's Alertmanager (version 4, `webhook_config` in its
//! documentation). It has more fields; those that are not read are not looked at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// `POST /v1/signals/alertmanager`: alerts of one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Alarms {
    /// `4`.
    pub version: String,
    /// The alerts.
    pub alerts: Vec<Alarm>,
}

/// One alert about the calls of a consumer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Alarm {
    /// `firing` or `resolved`.
    pub status: String,
    /// Its labels: `secret` and `env` say what it is about; `consumer`, `version` and `alertname` are repeated to people.
    pub labels: BTreeMap<String, String>,
    /// When it began, as RFC 3339.
    pub starts_at: String,
    /// What its labels are told apart by.
    pub fingerprint: String,
}
