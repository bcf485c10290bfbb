//! What an operator asks of a server. The answers are the documents that the commands print.

use serde::{Deserialize, Serialize};

use crate::{
    SecretId,
    document::{Checkpoint, PauseScope},
};

/// `POST /v1/rotations`: a rotation, or taking part in the one that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RotationWanted {
    /// The name of the secret.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// Why; without it, because somebody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// Why a key is rotated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Somebody asked.
    Asked,
    /// It has leaked: an emergency.
    Leaked,
}

/// `POST /v1/secrets/NAME/ENV/requests`: something of the rotation that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Requested {
    /// What.
    pub request: Request,
}

/// What can be asked of a rotation that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Make the old key current again.
    Rollback,
    /// End the overlap now, whoever still uses the old key.
    Force,
    /// Go on after a hold that only a person may end.
    Resume,
    /// Treat it as an emergency from now on.
    Hasten,
}

/// `POST /v1/secrets/NAME/ENV/adoptions`: a key to take over. `V` is how the value is held.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AdoptionWanted<V> {
    /// The issuer's id of the key; without one the issuer has to recognise the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The value.
    pub value: V,
    /// Whether it is stored even if no probe accepts it.
    #[serde(default)]
    pub unproven: bool,
    /// Whether it is taken over even if another secret holds the same value.
    #[serde(default)]
    pub shared: bool,
    /// Whether it is written into an external vault too.
    #[serde(default)]
    pub publish: bool,
}

/// `POST /v1/secrets/NAME/ENV/words`: what a person knows of a consumer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WordGiven {
    /// The consumer.
    pub consumer: String,
    /// One instance of it; without it, the consumer as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// What is known.
    pub word: Word,
}

/// What a person knows of a consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    /// It has moved to the current key.
    Moved,
    /// It is gone for good.
    Gone,
}

/// What a pause covers: `{"scope":"secret","name":"payments/prod"}`, `{"scope":"all"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScopeNamed {
    /// What kind of thing.
    pub scope: PauseScope,
    /// The secret as `NAME/ENV`, or the owner; none where it covers everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// `POST /v1/pauses`: for a while no schedule starts a rotation. One of `until` and `for_seconds` says how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PauseWanted {
    /// What it covers.
    #[serde(flatten)]
    pub scope: ScopeNamed,
    /// When it ends, as RFC 3339 or a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// How long it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_seconds: Option<u64>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// `POST /v1/alerts/tests`: a test alert.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AlertTestWanted {
    /// The channel, by its name in the configuration.
    pub channel: String,
}

/// `POST /v1/tokens`: an access token. Its text is drawn by whoever asks, and never sent: only its hash is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TokenWanted {
    /// The SHA-256 of its text as `keybaton token create` computes it, in hexadecimal digits.
    pub hash: String,
    /// The consumer that reads with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consumer: Option<String>,
    /// Instead, the operator that works with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Instead, the alert manager that tells with it of refused calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
    /// What it is for, each as `NAME/ENV`.
    #[serde(default)]
    pub secrets: Vec<String>,
    /// Whether an operator works with it on every secret.
    #[serde(default)]
    pub all: bool,
    /// Whether an operator is shown values.
    #[serde(default)]
    pub reveal: bool,
    /// How long it is good for; 90 days without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_seconds: Option<u64>,
}

/// `keybaton/audit-rows/v1`: rows of the audit, the oldest of each secret first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditRows {
    /// `keybaton/audit-rows/v1`.
    pub schema: String,
    /// The rows.
    pub rows: Vec<AuditLine>,
}

impl AuditRows {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/audit-rows/v1";
}

/// `keybaton/checkpoints/v1`: signatures over the heads of the audit, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Checkpoints {
    /// `keybaton/checkpoints/v1`.
    pub schema: String,
    /// The checkpoints.
    pub checkpoints: Vec<Checkpoint>,
}

impl Checkpoints {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/checkpoints/v1";
}

/// A row of the audit, as its hash was computed over it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuditLine {
    /// The secret, as `NAME/ENV`.
    pub secret: String,
    /// Its number within the secret.
    pub no: u64,
    /// When, in microseconds since 1970.
    pub at_us: i64,
    /// What, as the text of a JSON document.
    pub body: String,
    /// The hash of the row before.
    pub prev: String,
    /// The hash of this row.
    pub hash: String,
}

impl ScopeNamed {
    /// One secret.
    pub fn secret(secret: &SecretId) -> Self {
        Self { scope: PauseScope::Secret, name: Some(secret.to_string()) }
    }
}
