//! `keybaton/token/v1` and `keybaton/tokens/v1`: access tokens.

use serde::{Deserialize, Serialize};

/// What is known of one access token; never its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenRow {
    /// Its public name, by which it is revoked.
    pub id: String,
    /// The consumer that reads with it; null for what no consumer has.
    pub consumer: Option<String>,
    /// The operator that works with it; null for what no operator has.
    pub operator: Option<String>,
    /// The alert manager that tells with it of refused calls; null for what none has.
    #[serde(default)]
    pub signal: Option<String>,
    /// What it may read, or operate on, each as `NAME/ENV`; of one for everything, what there was when it was made.
    pub secrets: Vec<String>,
    /// Whether an operator works with it on every secret.
    pub all: bool,
    /// Whether an operator is shown values.
    pub reveal: bool,
    /// Who made it.
    pub by: String,
    /// When it was made.
    pub created: String,
    /// From when on it is refused.
    pub expires: String,
    /// When it was last used.
    pub last_used: Option<String>,
    /// Since when it is revoked.
    pub revoked: Option<String>,
    /// Whether it is accepted now.
    pub good: bool,
}

/// Every access token, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tokens {
    /// `keybaton/tokens/v1`.
    pub schema: String,
    /// The tokens.
    pub tokens: Vec<TokenRow>,
}

impl Tokens {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/tokens/v1";
}

/// One access token, after something was done to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenDone {
    /// `keybaton/token/v1`.
    pub schema: String,
    /// What is known of it.
    #[serde(flatten)]
    pub row: TokenRow,
    /// What may be a slip.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

impl TokenDone {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/token/v1";
}
