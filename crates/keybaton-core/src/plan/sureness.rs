//! How sure the revoke would be if everything went as well as it can.

use keybaton_types::Grade;

use super::Setting;
use crate::{
    ledger::Origin,
    policy::{Evidence, Until},
    roster,
};

/// The grade at best: the lowest of what each part can reach. A watched disable is evidence of its own.
pub(super) fn best(setting: &Setting<'_>) -> Option<Grade> {
    let old = setting.old?;
    let parts = setting.facts.policy.consumers.iter().map(|consumer| reach(consumer.evidence));
    let ours = old.origin == Origin::Minted && !roster::is_revealed(setting.facts.sightings, old.no);
    let provenance = if ours { Grade::Proved } else { Grade::Evidenced };
    let lowest = parts.chain([provenance, known(setting)]).min().unwrap_or(Grade::Assumed);
    Some(if setting.is_gentle() { lowest.max(Grade::Evidenced) } else { lowest })
}

/// `until = "time"` proves nothing, and neither does a secret that nobody is known to use.
fn known(setting: &Setting<'_>) -> Grade {
    let nobody = setting.facts.policy.consumers.is_empty() && roster::is_empty(setting.facts.sightings);
    if nobody || setting.facts.policy.overlap.until == Until::Time { Grade::Assumed } else { Grade::Proved }
}

/// What a kind of evidence can reach.
fn reach(evidence: Evidence) -> Grade {
    match evidence {
        Evidence::Agent { .. } => Grade::Proved,
        Evidence::Ack | Evidence::Session { .. } | Evidence::LastUsed { .. } => Grade::Evidenced,
        Evidence::Manual => Grade::Assumed,
    }
}
