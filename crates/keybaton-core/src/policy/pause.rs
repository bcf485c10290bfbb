//! A pause: for a while no schedule starts a rotation. It has an end that is set when it begins.
//!
//! A pause stops what would begin. A rotation that runs goes on under the law, and an emergency knows no pause.

use std::time::Duration;

use keybaton_types::{SecretId, Timestamp, document};
use serde::{Deserialize, Serialize};

use crate::{civil::rfc3339, ledger::Ended, rotation::Cause};

/// For a while no schedule starts a rotation of what it covers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pause {
    /// What it covers; at most one pause of a scope exists.
    pub scope: Scope,
    /// Since when.
    pub since: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
    /// Who asked for it.
    pub by: String,
    /// Why, in that person's words.
    pub reason: Option<String>,
}

/// What a pause covers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// One secret.
    Secret(SecretId),
    /// Every secret that one owner answers for.
    Owner(String),
    /// Every secret.
    All,
}

/// Why a pause cannot be as long as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PauseError {
    /// It would be over before it begins.
    #[error("the pause would be over already")]
    Past,
    /// It would last too long: what is not rotated for so long has no schedule, but an exception.
    #[error("a pause lasts at most 90 days")]
    TooLong,
}

impl Pause {
    /// The longest pause: 90 days. Whoever needs another one says so again.
    pub const LONGEST: Duration = Duration::from_hours(90 * 24);

    /// A pause from now on.
    pub fn new(
        scope: Scope,
        now: Timestamp,
        until: Timestamp,
        by: impl Into<String>,
        reason: Option<String>,
    ) -> Result<Self, PauseError> {
        if until <= now {
            return Err(PauseError::Past);
        }
        if until.since(now) > Self::LONGEST {
            return Err(PauseError::TooLong);
        }
        Ok(Self { scope, since: now, until, by: by.into(), reason })
    }

    /// Whether it is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.until
    }

    /// Whether it keeps the schedule of a secret from starting a rotation.
    pub fn blocks(&self, secret: &SecretId, owner: Option<&str>, now: Timestamp) -> bool {
        !self.is_over(now) && self.scope.covers(secret, owner)
    }

    /// What an alert says of one that is over, until somebody acknowledges it.
    pub fn farewell(&self) -> String {
        let reason = self.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        format!("the pause of {} by {}{reason} ended at {}", self.scope, self.by, rfc3339(self.until))
    }

    /// The pause as a document.
    pub fn document(&self) -> document::Pause {
        let (scope, name) = match &self.scope {
            Scope::Secret(secret) => (document::PauseScope::Secret, Some(secret.to_string())),
            Scope::Owner(owner) => (document::PauseScope::Owner, Some(owner.clone())),
            Scope::All => (document::PauseScope::All, None),
        };
        let (since, until) = (rfc3339(self.since), rfc3339(self.until));
        document::Pause { scope, name, since, until, by: self.by.clone(), reason: self.reason.clone() }
    }
}

impl Scope {
    /// Whether a secret with this owner is part of it.
    pub fn covers(&self, secret: &SecretId, owner: Option<&str>) -> bool {
        match self {
            Self::Secret(name) => name == secret,
            Self::Owner(name) => owner == Some(name),
            Self::All => true,
        }
    }

    /// The command that ends a pause of it, or acknowledges that it is over.
    pub fn resume(&self) -> String {
        match self {
            Self::Secret(secret) => format!("keybaton resume {secret}"),
            Self::Owner(owner) => format!("keybaton resume --owner {owner}"),
            Self::All => "keybaton resume --all".to_owned(),
        }
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Secret(secret) => write!(f, "{secret}"),
            Self::Owner(owner) => write!(f, "every secret of {owner}"),
            Self::All => f.write_str("every secret"),
        }
    }
}

/// The pause that keeps a secret waiting longest now, if one does.
pub fn blocking<'a>(pauses: &'a [Pause], secret: &SecretId, owner: Option<&str>, now: Timestamp) -> Option<&'a Pause> {
    pauses.iter().filter(|pause| pause.blocks(secret, owner, now)).max_by_key(|pause| pause.until)
}

/// The pause that keeps a rotation from being started for this reason: an emergency knows none.
pub fn refusing<'a>(
    pauses: &'a [Pause],
    secret: &SecretId,
    owner: Option<&str>,
    cause: Cause,
    now: Timestamp,
) -> Option<&'a Pause> {
    match cause {
        Cause::Leaked => None,
        Cause::Schedule | Cause::Asked => blocking(pauses, secret, owner, now),
    }
}

/// The pauses of a secret that are over without anybody having said that they know: neither by `resume`, which strikes
/// them off, nor by a rotation that ended since.
pub fn over<'a>(
    pauses: &'a [Pause],
    secret: &SecretId,
    owner: Option<&str>,
    last: Option<&Ended>,
    now: Timestamp,
) -> Vec<&'a Pause> {
    let unseen = |pause: &&Pause| last.is_none_or(|last| last.at < pause.until);
    let ended = |pause: &&Pause| pause.is_over(now) && pause.scope.covers(secret, owner);
    pauses.iter().filter(ended).filter(unseen).collect()
}
