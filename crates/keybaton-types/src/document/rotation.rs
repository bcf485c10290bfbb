//! `keybaton/rotation/v1`: one rotation and how it goes.

use serde::{Deserialize, Serialize};

use super::Errand;
use crate::{Grade, Phase};

/// One rotation and how it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rotation {
    /// `keybaton/rotation/v1`.
    pub schema: String,
    /// Which rotation: `NAME.ENV.NUMBER`.
    pub rotation: String,
    /// The secret.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// How it ended, or why it goes on.
    pub outcome: Result,
    /// The phase it is in.
    pub phase: Phase,
    /// The version that was current before it.
    pub from: Option<u64>,
    /// The version that is current now.
    pub to: Option<u64>,
    /// How sure the revoke was, once it was decided.
    pub grade: Option<Grade>,
    /// Why it is held.
    pub hold: Option<String>,
    /// What a person has to do at the service before it goes on.
    pub errand: Option<Errand>,
    /// What it waits for.
    pub waits: Vec<String>,
    /// What is safe now.
    pub safe: String,
    /// Who drives it, when that is not this command.
    pub driver: Option<String>,
}

impl Rotation {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/rotation/v1";
}

/// How a rotation ended, or why it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Result {
    /// The new key is current and the old one is dead.
    Done,
    /// The old key is current and the new one is dead.
    RolledBack,
    /// It waits for a person, or for a reason to go away.
    Held,
    /// It goes on.
    Draining,
}
