//! What the owner's policy leads to.

use super::{super::Setting, Risk};
use crate::{
    policy::{Evidence, OnStraggler, Rollback, Until},
    rotation::span::brief,
};

pub(super) fn emergency(setting: &Setting<'_>) -> Option<Risk> {
    (setting.is_emergency() && setting.old.is_some()).then(|| {
        Risk::new(
            format!("an emergency gives consumers {} to move", brief(setting.facts.policy.force_after)),
            "whoever is slower is cut off, and the record names it",
        )
    })
}

pub(super) fn by_time(setting: &Setting<'_>) -> Option<Risk> {
    overlaps(setting)?;
    (setting.facts.policy.overlap.until == Until::Time).then(|| {
        Risk::new(
            "the overlap ends by time (until = \"time\")",
            "evidence that is missing does not hold back the revoke; that part of its grade is assumed",
        )
    })
}

pub(super) fn revoke_at_max(setting: &Setting<'_>) -> Option<Risk> {
    overlaps(setting)?;
    let overlap = setting.facts.policy.overlap;
    (overlap.on_straggler == OnStraggler::Revoke).then(|| {
        Risk::new(
            format!("at the end of the overlap ({}) the old key dies in any case", brief(overlap.max)),
            "whoever still uses it then is cut off",
        )
    })
}

pub(super) fn rollback_at_max(setting: &Setting<'_>) -> Option<Risk> {
    overlaps(setting)?;
    let overlap = setting.facts.policy.overlap;
    (overlap.on_straggler == OnStraggler::Rollback).then(|| {
        Risk::new(
            format!("one instance that does not move within {} takes the new key back", brief(overlap.max)),
            "everybody moves twice",
        )
    })
}

pub(super) fn rollback_waits(setting: &Setting<'_>) -> Option<Risk> {
    setting.old?;
    (setting.facts.policy.overlap.until == Until::AllConsumers).then(|| {
        Risk::new(
            "a rollback publishes the old key again and drains the new one",
            "going back takes as long as the slowest consumer, and nothing is revoked meanwhile",
        )
    })
}

pub(super) fn rollback_asks(setting: &Setting<'_>) -> Option<Risk> {
    let policy = match setting.facts.policy.rollback {
        Rollback::Auto => return None,
        Rollback::Ask => "ask",
        Rollback::Off => "off",
    };
    setting.old?;
    let what = format!("a new key that fails does not go back by itself (rollback = \"{policy}\")");
    Some(Risk::new(what, "it stays published until a person decides"))
}

pub(super) fn long_overlap(setting: &Setting<'_>) -> Option<Risk> {
    overlaps(setting)?;
    let (most, max) = (setting.facts.policy.max_age?, setting.facts.policy.overlap.max);
    (max >= most).then(|| {
        Risk::new(
            format!("the overlap may last {}, and max_age is {}", brief(max), brief(most)),
            "the new key may be overdue before the old one is dead",
        )
    })
}

/// Consumers of whom only a person's word will be known.
pub(super) fn by_word(setting: &Setting<'_>) -> Option<Risk> {
    overlaps(setting)?;
    let name = setting.facts.policy.consumers.iter().find_map(|consumer| match consumer.evidence {
        Evidence::Manual => Some(&consumer.name),
        Evidence::Agent { .. } | Evidence::Ack | Evidence::Session { .. } | Evidence::LastUsed { .. } => None,
    })?;
    Some(Risk::new(format!("only a person can say that {name} has moved"), "the rotation waits for that word"))
}

/// Whether there will be an overlap that the policy ends.
fn overlaps(setting: &Setting<'_>) -> Option<()> {
    (setting.old.is_some() && !setting.is_emergency()).then_some(())
}
