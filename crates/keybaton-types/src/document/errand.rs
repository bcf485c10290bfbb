//! What a person has to do at a service before a rotation goes on; part of a rotation and of a status.

use serde::{Deserialize, Serialize};

/// What a person has to do now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Errand {
    /// Which of the two it is.
    pub task: Task,
    /// Where and how, as the configuration says.
    pub what: String,
    /// When it is late; nothing ends by that.
    pub deadline: Option<String>,
    /// Whether it is late.
    pub late: bool,
    /// The command that tells keybaton.
    pub command: String,
}

/// What a person can be asked to do at a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// To make a new key and to hand it over.
    MakeKey,
    /// To delete the revoked key.
    DeleteKey,
}
