//! Why a request was not answered: a problem document (RFC 9457, `application/problem+json`).

use serde::{Deserialize, Serialize};

/// Why a request was not answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// What kind of problem, as a word that stays: `unknown-secret`, `out-of-scope`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status code.
    pub status: u16,
    /// What failed; never a value, and nothing that the asker sent but names.
    pub title: String,
    /// The causes, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
    /// What is safe now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safe: Option<String>,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Problem {
    /// Its media type.
    pub const MEDIA_TYPE: &str = "application/problem+json";
}
