//! A plan: what a rotation would do, what could go wrong, and the moment after which there is no way back.
//!
//! Nothing is called and nothing is written. Whether it would start is asked of the shipped `step`, so that the plan and
//! the machine agree. `plan` prints it, and `rotate` shows it before it asks.

mod course;
mod opening;
mod risk;
mod sureness;

use keybaton_types::{Grade, Phase};
use serde::{Deserialize, Serialize};

pub use opening::Verdict;
pub use risk::Risk;

use crate::{
    answer::Listed,
    facts::Facts,
    ledger::Credential,
    policy::Pause,
    rotation::{Cause, span},
};

/// What a rotation would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Whether it would start now.
    pub verdict: Verdict,
    /// What it would do, in this order.
    pub steps: Vec<Step>,
    /// What could go wrong.
    pub risks: Vec<Risk>,
    /// How sure the revoke would be at best; `None` where nothing is revoked.
    pub grade: Option<Grade>,
    /// The moment after which there is no way back.
    pub point_of_no_return: String,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The phase that it belongs to.
    pub phase: Phase,
    /// Who is asked for something.
    pub asks: Asked,
    /// What for.
    pub what: String,
}

/// Who is asked for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Asked {
    /// The service that makes and destroys keys.
    Issuer,
    /// The probe.
    Probe,
    /// The place that consumers read.
    Vault,
    /// The workloads that use the secret.
    Consumers,
    /// Somebody who may make and delete keys at the service.
    Person,
}

/// Plans a rotation. `listing` is a fresh list from the issuer, where one was asked for and came: it tells whether there
/// is room, and whether another installation is at work.
pub fn plan(facts: &Facts<'_>, cause: Cause, listing: Option<&[Listed]>) -> Plan {
    let setting = Setting { facts, cause, listing, old: facts.ledger.current_credential() };
    Plan {
        verdict: opening::verdict(&setting),
        steps: course::steps(&setting),
        risks: risk::risks(&setting),
        grade: sureness::best(&setting),
        point_of_no_return: point_of_no_return(&setting),
    }
}

impl Plan {
    /// Says that nothing would start before a pause is over. Pauses are not among the facts of a step, so whoever knows
    /// them adds them. A rotation that is under way goes on.
    #[must_use]
    pub fn paused(mut self, pause: Option<&Pause>) -> Self {
        if let (Verdict::CanStart | Verdict::WouldHold(_), Some(pause)) = (&self.verdict, pause) {
            self.verdict = Verdict::Paused(pause.document());
        }
        self
    }

    /// The same with what is known of this issuer beyond its sheet.
    #[must_use]
    pub fn warned(mut self, cautions: Vec<Risk>) -> Self {
        self.risks.extend(cautions);
        self
    }
}

/// What a plan is made from.
struct Setting<'a> {
    facts: &'a Facts<'a>,
    cause: Cause,
    listing: Option<&'a [Listed]>,
    /// The key that would be replaced.
    old: Option<&'a Credential>,
}

impl Setting<'_> {
    fn is_emergency(&self) -> bool {
        self.cause == Cause::Leaked
    }

    /// Whether the old key is switched off and watched before it is destroyed.
    fn is_gentle(&self) -> bool {
        self.old.is_some() && self.facts.sheet.switching.has() && !self.is_emergency()
    }

    /// The old key by the issuer's id, where it is known.
    fn old_name(&self) -> String {
        let id = self.old.and_then(|old| old.issued.as_ref());
        id.map_or_else(|| "the old key".to_owned(), |id| format!("the old key ({id})"))
    }
}

fn point_of_no_return(setting: &Setting<'_>) -> String {
    if setting.old.is_none() {
        return "none: there is no old key that would be revoked".to_owned();
    }
    let (policy, sheet, old) = (setting.facts.policy, setting.facts.sheet, setting.old_name());
    let by_hand = if sheet.chooser.errand().is_some() { "; a person deletes it only then" } else { "" };
    if setting.is_emergency() {
        let span = span::brief(policy.force_after);
        return format!("when {old} is condemned: at the latest {span} after the new one is published{by_hand}");
    }
    let again = if setting.is_gentle() { policy.watch.span } else { std::time::Duration::ZERO };
    let least = span::brief(sheet.propagation + policy.overlap.min.max(policy.watch.span) + again);
    let how = if setting.is_gentle() { ", after it was switched off and watched" } else { "" };
    format!(
        "when {old} is condemned{how}: at the earliest {least} after the start, and only when the gate is open{by_hand}"
    )
}
