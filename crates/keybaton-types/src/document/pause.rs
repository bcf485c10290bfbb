//! `keybaton/pause/v1` and `keybaton/resume/v1`: for a while no schedule starts a rotation, and the end of that.

use serde::{Deserialize, Serialize};

/// A pause: for a while no schedule starts a rotation of what it covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Pause {
    /// What it covers.
    pub scope: PauseScope,
    /// The secret as `NAME/ENV`, or the owner; null where it covers everything.
    pub name: Option<String>,
    /// Since when.
    pub since: String,
    /// When it ends by itself.
    pub until: String,
    /// Who asked for it.
    pub by: String,
    /// Why, in that person's words.
    pub reason: Option<String>,
}

/// What a pause covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PauseScope {
    /// One secret.
    Secret,
    /// Every secret that one owner answers for.
    Owner,
    /// Every secret.
    All,
}

/// A pause that has begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Paused {
    /// `keybaton/pause/v1`.
    pub schema: String,
    /// The pause.
    #[serde(flatten)]
    pub pause: Pause,
    /// The secrets that it covers now.
    pub secrets: Vec<String>,
    /// Those of them whose rotation runs, and goes on.
    pub running: Vec<String>,
}

impl Paused {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/pause/v1";
}

/// A pause that was ended, or whose end was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Resumed {
    /// `keybaton/resume/v1`.
    pub schema: String,
    /// The pause.
    #[serde(flatten)]
    pub pause: Pause,
    /// Whether it had ended by itself before.
    pub over: bool,
    /// The secrets that it covered.
    pub secrets: Vec<String>,
}

impl Resumed {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/resume/v1";
}
