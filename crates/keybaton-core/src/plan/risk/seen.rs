//! Who is known to use the secret, and who looks.

use super::{super::Setting, Risk};
use crate::{
    facts::Presence,
    policy::Evidence,
    roster::{self, Stand},
};

pub(super) fn nobody_known(setting: &Setting<'_>) -> Option<Risk> {
    let facts = setting.facts;
    (setting.old.is_some() && facts.policy.consumers.is_empty() && roster::is_empty(facts.sightings)).then(|| {
        Risk::new(
            "no consumer is declared and none was seen",
            "it can never be known that all have moved; declare them, or end the overlap by time (until = \"time\")",
        )
    })
}

pub(super) fn unknown_consumer(setting: &Setting<'_>) -> Option<Risk> {
    let old = setting.old?.no;
    let roster = roster::observe(setting.facts.sightings, Some(old), None, setting.facts.lease_clock());
    let stranger = roster.iter().find(|standing| match standing.stand {
        Stand::Unknown(_) => true,
        Stand::Clear(_) | Stand::Old(_) | Stand::Leased(_) => false,
    })?;
    Some(Risk::new(
        format!("{}/{} used a value that keybaton does not know", stranger.consumer, stranger.instance),
        "there is another consumer, and the revoke waits until it is explained",
    ))
}

/// Reports of calls come from our agent and client alone.
pub(super) fn nobody_reports(setting: &Setting<'_>) -> Option<Risk> {
    let reports = setting.facts.policy.consumers.iter().any(|consumer| match consumer.evidence {
        Evidence::Agent { .. } => true,
        Evidence::Ack | Evidence::Session { .. } | Evidence::LastUsed { .. } | Evidence::Manual => false,
    });
    (!reports && setting.facts.reports.is_empty()).then(|| {
        Risk::new(
            "no consumer reports how its calls end; only the probe watches the new key",
            "a new key that works for the probe and not for a consumer is noticed by people, not by keybaton",
        )
    })
}

pub(super) fn nobody_watches(setting: &Setting<'_>) -> Option<Risk> {
    (setting.facts.presence == Presence::Passes && setting.is_gentle()).then(|| {
        Risk::new(
            "no engine stays to watch",
            "the old key is not switched off before one does: `keybaton serve`, or `rotate --wait`",
        )
    })
}
