//! The document of `keybaton config check`: what each schedule will do, and what is probably not meant.

use std::time::Duration;

use keybaton_core::schedule::{Rule, Schedule};
use keybaton_types::Timestamp;
use serde::Serialize;

use crate::{Config, Secret};
use keybaton_types::show_duration;

/// How many firings are shown.
const FIRINGS: usize = 5;

/// The document of `keybaton config check`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// `keybaton/config-check/v1`.
    pub schema: &'static str,
    /// The main file.
    pub path: String,
    /// Every file that was read, the main one first.
    pub files: Vec<String>,
    /// Every secret.
    pub secrets: Vec<SecretCheck>,
    /// What is allowed and probably not meant.
    pub warnings: Vec<Warning>,
}

/// A warning about a place in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is the matter.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

/// What is to say about one secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SecretCheck {
    /// The secret's name.
    pub secret: String,
    /// Its environment.
    pub env: String,
    /// When it is rotated by itself.
    pub schedule: Option<Plan>,
    /// What is probably not meant.
    pub lints: Vec<Lint>,
}

/// What a schedule will do, as if it began now and every rotation ended at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The rule, as in the file: `every 30d` or `cron 0 2 * * 1`.
    pub rule: String,
    /// The time zone.
    pub time_zone: Option<String>,
    /// The next five firings in RFC 3339, without jitter.
    pub firings: Vec<String>,
    /// The shortest time between two firings.
    pub shortest_gap_seconds: Option<u64>,
    /// Each firing is delayed by less than this.
    pub jitter_seconds: u64,
}

/// What is probably not meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// What it is, in one line.
    pub message: String,
}

/// Previews every schedule from `now` on.
pub fn check(config: &Config, now: Timestamp) -> Check {
    let warning = |remark: &crate::Remark| Warning {
        path: remark.path().display().to_string(),
        line: remark.line(),
        column: remark.column(),
        message: remark.message().to_owned(),
        hint: remark.hint().map(str::to_owned),
    };
    Check {
        schema: "keybaton/config-check/v1",
        path: config.path().display().to_string(),
        files: config.document.paths().map(|path| path.display().to_string()).collect(),
        secrets: config.secrets.values().map(|secret| secret_check(secret, now)).collect(),
        warnings: config.warnings.iter().map(warning).collect(),
    }
}

fn secret_check(secret: &Secret, now: Timestamp) -> SecretCheck {
    let schedule = secret.schedule.as_ref();
    SecretCheck {
        secret: secret.id.name().to_owned(),
        env: secret.id.env().to_owned(),
        schedule: schedule.map(|schedule| plan(schedule, now)),
        lints: schedule.map_or_else(Vec::new, |schedule| lints(secret, schedule, now)),
    }
}

fn plan(schedule: &Schedule, now: Timestamp) -> Plan {
    Plan {
        rule: rule(schedule),
        time_zone: schedule.time_zone.iana_name().map(str::to_owned),
        firings: schedule.firings(now, FIRINGS).into_iter().map(rfc3339).collect(),
        shortest_gap_seconds: schedule.shortest_gap(now).map(|gap| gap.as_secs()),
        jitter_seconds: schedule.jitter.as_secs(),
    }
}

fn lints(secret: &Secret, schedule: &Schedule, now: Timestamp) -> Vec<Lint> {
    let policy = &secret.policy;
    let gap = schedule.shortest_gap(now);
    let crowded = gap.filter(|gap| *gap < policy.overlap.min).map(|gap| {
        let (gap, min) = (show_duration(gap), show_duration(policy.overlap.min));
        format!("two firings are {gap} apart, less than overlap.min ({min}); the later one finds a rotation at work")
    });
    let overdue = match (&schedule.rule, policy.max_age) {
        (Rule::Every(every), Some(age)) if every.period() > age => {
            let (every, age) = (show_duration(every.period()), show_duration(age));
            Some(format!("max_age ({age}) is shorter than every ({every}); the key is overdue before each rotation"))
        }
        _ => None,
    };
    let silent = (schedule.firings(now, 1).is_empty()).then(|| "this schedule never fires".to_owned());
    let core = schedule.lints(now).into_iter().map(|lint| with_gap(lint.to_string(), gap, &lint));
    core.chain(crowded).chain(overdue).chain(silent).map(|message| Lint { message }).collect()
}

/// The surprise of `*/N` in the day of month is its shortest gap.
fn with_gap(message: String, gap: Option<Duration>, lint: &keybaton_core::schedule::Lint) -> String {
    match (lint, gap) {
        (keybaton_core::schedule::Lint::DayStep { .. }, Some(gap)) => {
            format!("{message}; as it stands two firings are only {} apart", show_duration(gap))
        }
        _ => message,
    }
}

pub(super) fn rule(schedule: &Schedule) -> String {
    match &schedule.rule {
        Rule::Every(every) => format!("every {}", show_duration(every.period())),
        Rule::Cron(cron) => format!("cron {cron}"),
    }
}

fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_microsecond(at.0).map_or_else(|_| at.0.to_string(), |at| at.to_string())
}
