//! The course of a rotation: what is asked of which service, in the order in which it happens.

use keybaton_types::Phase;

use super::{Asked, Setting, Step};
use crate::{
    policy::{Consumer, Evidence, OnStraggler, Until},
    rotation::span::brief,
    sheet::{Chooser, Fencing},
};

/// The stretches of a rotation, in order.
const STRETCHES: [fn(&Setting<'_>) -> Vec<Step>; 6] = [minting, proving, publishing, draining, disabling, revoking];

pub(super) fn steps(setting: &Setting<'_>) -> Vec<Step> {
    STRETCHES.iter().flat_map(|stretch| stretch(setting)).collect()
}

fn minting(setting: &Setting<'_>) -> Vec<Step> {
    let sheet = setting.facts.sheet;
    let look = sheet.listing.has().then(|| {
        step(Phase::Minting, Asked::Issuer, "list its keys, for room and for what an earlier call may have left")
    });
    let make = match sheet.chooser {
        Chooser::Issuer => step(Phase::Minting, Asked::Issuer, "make a new key"),
        Chooser::Us => step(Phase::Minting, Asked::Issuer, "take a new key whose value is drawn and sealed here first"),
        Chooser::Person(errand) => {
            let within = brief(errand.deadline);
            step(
                Phase::Minting,
                Asked::Person,
                format!("make a new key at the service within {within}, and hand it over"),
            )
        }
    };
    look.into_iter().chain([make]).collect()
}

fn proving(setting: &Setting<'_>) -> Vec<Step> {
    let (often, span) = (setting.facts.policy.watch.failures, setting.facts.sheet.propagation);
    let after = if span.is_zero() { String::new() } else { format!(", and not before {} have passed", brief(span)) };
    vec![step(Phase::Proving, Asked::Probe, format!("accept the new key {often} times in a row{after}"))]
}

fn publishing(setting: &Setting<'_>) -> Vec<Step> {
    let version = setting.facts.ledger.next_version;
    let write = step(Phase::Publishing, Asked::Vault, format!("take the new key as version {version}"));
    let read = step(Phase::Publishing, Asked::Vault, "show that version when it is read back");
    let reads = setting.facts.sheet.vault == Fencing::Unfenced;
    [write].into_iter().chain(reads.then_some(read)).collect()
}

fn draining(setting: &Setting<'_>) -> Vec<Step> {
    let policy = setting.facts.policy;
    let watch = format!("accept the new key for {} of watching", brief(policy.watch.span));
    if setting.old.is_none() {
        return vec![step(Phase::Draining, Asked::Probe, watch)];
    }
    if setting.is_emergency() {
        let span = brief(policy.force_after);
        let what = format!("move to the new key, or be cut off {span} after the publish");
        return vec![step(Phase::Draining, Asked::Consumers, what)];
    }
    let consumers = policy.consumers.iter().map(|consumer| step(Phase::Draining, Asked::Consumers, shows(consumer)));
    [step(Phase::Draining, Asked::Probe, watch), step(Phase::Draining, Asked::Consumers, overlap(setting))]
        .into_iter()
        .chain(consumers)
        .collect()
}

fn overlap(setting: &Setting<'_>) -> String {
    let overlap = setting.facts.policy.overlap;
    let what = match overlap.until {
        Until::AllConsumers => "show that all have moved",
        Until::Time => "move by themselves",
    };
    let end = match overlap.on_straggler {
        OnStraggler::Hold => "the rotation is held",
        OnStraggler::Revoke => "the old key dies anyway",
        OnStraggler::Rollback => "the old key is published again",
    };
    format!("{what}: both keys work for {} at least; if not within {}, {end}", brief(overlap.min), brief(overlap.max))
}

fn shows(consumer: &Consumer) -> String {
    let name = &consumer.name;
    match consumer.evidence {
        Evidence::Agent { instances: 1 } => format!("{name}: 1 instance reports that it has moved"),
        Evidence::Agent { instances } => format!("{name}: {instances} instances report that they have moved"),
        Evidence::Ack => format!("{name}: its pipeline acknowledges"),
        Evidence::Session { quiet } => format!("{name}: no session of the old key for {}", brief(quiet)),
        Evidence::LastUsed { quiet } => format!("{name}: no use of the old key for {}", brief(quiet)),
        Evidence::Manual => format!("{name}: a person says so"),
    }
}

fn disabling(setting: &Setting<'_>) -> Vec<Step> {
    if !setting.is_gentle() {
        return Vec::new();
    }
    let (old, span) = (setting.old_name(), brief(setting.facts.policy.watch.span));
    vec![
        step(Phase::Disabling, Asked::Issuer, format!("switch off {old}, which can be undone")),
        step(Phase::Watching, Asked::Probe, format!("see {span} without a refusal; one switches it on again")),
    ]
}

fn revoking(setting: &Setting<'_>) -> Vec<Step> {
    if setting.old.is_none() {
        return Vec::new();
    }
    let (sheet, old) = (setting.facts.sheet, setting.old_name());
    let sessions = step(Phase::Confirming, Asked::Issuer, "end the sessions that the old key opened");
    let gone = if sheet.listing.has() { "refuse the old key, and not list it any more" } else { "refuse the old key" };
    let confirms = if sheet.listing.has() { Asked::Issuer } else { Asked::Probe };
    let again = format!("{gone}, at once and after {}", brief(sheet.propagation));
    let destroy = match sheet.chooser.errand() {
        None => step(Phase::Revoking, Asked::Issuer, format!("destroy {old}")),
        Some(errand) => {
            let what = format!("delete {old} at the service within {}", brief(errand.deadline));
            step(Phase::Revoking, Asked::Person, what)
        }
    };
    [destroy]
        .into_iter()
        .chain(sheet.sessions.has().then_some(sessions))
        .chain([step(Phase::Confirming, confirms, again)])
        .collect()
}

fn step(phase: Phase, asks: Asked, what: impl Into<String>) -> Step {
    Step { phase, asks, what: what.into() }
}
