//! `keybaton/doctor/v1`: what each check found.

use serde::{Deserialize, Serialize};

/// What every check found, in the order of the checks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doctor {
    /// `keybaton/doctor/v1`.
    pub schema: String,
    /// The findings; a check that looks at several things has one for each.
    pub findings: Vec<Finding>,
    /// How many of each state.
    pub counts: Counts,
}

impl Doctor {
    /// The name of this document.
    pub const SCHEMA: &str = "keybaton/doctor/v1";
}

/// What one check found of one thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The id of the check, such as `KB-CFG-001`. It never means something else.
    pub id: String,
    /// How it is.
    pub state: Health,
    /// What was looked at: a secret, a file, a lease; null when it is the whole.
    pub subject: Option<String>,
    /// What was found, in one sentence.
    pub sentence: String,
    /// What to do: a command, or a line of the configuration.
    pub fix: Option<String>,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Health {
    /// As it should be.
    Ok,
    /// It works, and may not for long.
    Warning,
    /// It does not work, or is not safe.
    Error,
    /// Nobody looked: it does not apply, or something before it failed.
    Skipped,
    /// It could not be determined.
    Unknown,
}

/// How many findings of each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field is the state of the same name")]
pub struct Counts {
    pub ok: usize,
    pub warning: usize,
    pub error: usize,
    pub skipped: usize,
    pub unknown: usize,
}

impl Counts {
    /// Counts findings.
    pub fn of(findings: &[Finding]) -> Self {
        let mut counts = Self::default();
        for finding in findings {
            match finding.state {
                Health::Ok => counts.ok += 1,
                Health::Warning => counts.warning += 1,
                Health::Error => counts.error += 1,
                Health::Skipped => counts.skipped += 1,
                Health::Unknown => counts.unknown += 1,
            }
        }
        counts
    }
}
