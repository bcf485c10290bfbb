//! What the issuer and the vault cannot do.

use std::time::Duration;

use super::{super::Setting, Risk};
use crate::{
    answer::Listed,
    policy::Evidence,
    rotation::span::{ago, brief},
    sheet::{Addressing, Chooser, Fencing},
};

/// From here on people ask why nothing happens.
const SLOW: Duration = Duration::from_mins(5);

pub(super) fn no_listing(setting: &Setting<'_>) -> Option<Risk> {
    let lost = !setting.facts.sheet.listing.has() && setting.facts.sheet.chooser == Chooser::Issuer;
    lost.then(|| {
        Risk::new(
            "the issuer cannot list its keys",
            "a create whose answer is lost cannot be recovered: a key may be left there that only a person can find",
        )
    })
}

pub(super) fn no_switching(setting: &Setting<'_>) -> Option<Risk> {
    let cannot = setting.old.is_some() && !setting.facts.sheet.switching.has();
    cannot.then(|| {
        Risk::new(
            "the issuer cannot switch a key off and on again",
            "the revoke cannot be undone, and nothing is tried before it",
        )
    })
}

pub(super) fn no_room(setting: &Setting<'_>) -> Option<Risk> {
    let (most, held) = room(setting)?;
    (held >= most).then(|| {
        Risk::new(
            format!("the issuer holds {held} keys and allows {most}"),
            format!("there is no room for a new one; nothing is deleted to make some{}", occupants(setting)),
        )
    })
}

/// The keys that take the room, by age and last use: a person chooses which of them may go.
fn occupants(setting: &Setting<'_>) -> String {
    const SHOWN: usize = 5;
    let Some(listing) = setting.listing.filter(|listing| !listing.is_empty()) else { return String::new() };
    let keys: Vec<String> = listing.iter().take(SHOWN).map(|entry| occupant(setting, entry)).collect();
    let more = if listing.len() > SHOWN { format!("; and {} more", listing.len() - SHOWN) } else { String::new() };
    format!(": {}{more}", keys.join("; "))
}

fn occupant(setting: &Setting<'_>, entry: &Listed) -> String {
    let now = setting.facts.now;
    let known = [
        entry.creator.as_ref().map(|name| format!("made by {name}")),
        entry.created.map(|at| format!("{} old", brief(now.since(at)))),
        entry.last_used.map(|at| format!("last used {}", ago(now, at))),
    ];
    let known: Vec<String> = known.into_iter().flatten().collect();
    if known.is_empty() { entry.id.to_string() } else { format!("{} ({})", entry.id, known.join(", ")) }
}

pub(super) fn last_room(setting: &Setting<'_>) -> Option<Risk> {
    let (most, held) = room(setting)?;
    (held + 1 == most).then(|| {
        Risk::new(
            format!("the issuer allows {most} keys, and there is room for one more"),
            "anybody who makes a key there first makes this rotation hold",
        )
    })
}

/// How many keys the issuer allows and holds; without a list, only what the ledger knows.
fn room(setting: &Setting<'_>) -> Option<(usize, usize)> {
    let most = usize::try_from(setting.facts.sheet.max_credentials?).ok()?;
    let known = || setting.facts.ledger.live().count();
    Some((most, setting.listing.map_or_else(known, <[_]>::len)))
}

pub(super) fn no_last_used(setting: &Setting<'_>) -> Option<Risk> {
    let (name, _) = last_used(setting)?;
    setting.facts.sheet.last_used_lag.is_none().then(|| {
        Risk::new(
            format!("{name} is known by the issuer's last use, and this issuer tells none"),
            "its evidence can never come",
        )
    })
}

pub(super) fn late_last_used(setting: &Setting<'_>) -> Option<Risk> {
    let ((name, quiet), lag) = (last_used(setting)?, setting.facts.sheet.last_used_lag?);
    (!lag.is_zero()).then(|| {
        Risk::new(
            format!("the issuer tells of a use up to {} late", brief(lag)),
            format!("{name} has to be quiet for {} before it counts as moved", brief(quiet)),
        )
    })
}

pub(super) fn no_sessions(setting: &Setting<'_>) -> Option<Risk> {
    let name = setting.facts.policy.consumers.iter().find_map(|consumer| match consumer.evidence {
        Evidence::Session { .. } => Some(&consumer.name),
        Evidence::Agent { .. } | Evidence::Ack | Evidence::LastUsed { .. } | Evidence::Manual => None,
    })?;
    (!setting.facts.sheet.sessions.has()).then(|| {
        Risk::new(format!("{name} is known by its sessions, and this issuer shows none"), "its evidence can never come")
    })
}

pub(super) fn unfenced(setting: &Setting<'_>) -> Option<Risk> {
    (setting.facts.sheet.vault == Fencing::Unfenced).then(|| {
        Risk::new(
            "the vault lets the last write win",
            "every write is read back; somebody else's write there makes the rotation hold",
        )
    })
}

pub(super) fn slow(setting: &Setting<'_>) -> Option<Risk> {
    let span = setting.facts.sheet.propagation;
    (span >= SLOW).then(|| {
        Risk::new(
            format!("the issuer takes up to {} to make a key known everywhere", brief(span)),
            "the new key is not published before, and a destroyed one may work for as long",
        )
    })
}

pub(super) fn reused_ids(setting: &Setting<'_>) -> Option<Risk> {
    (setting.facts.sheet.addressing == Addressing::Again).then(|| {
        let span = brief(setting.facts.sheet.quiescence);
        Risk::new(
            "the issuer's ids name one key after another",
            format!("after a call without an answer it waits {span} before the id is used again"),
        )
    })
}

fn last_used<'a>(setting: &'a Setting<'_>) -> Option<(&'a str, Duration)> {
    setting.facts.policy.consumers.iter().find_map(|consumer| match consumer.evidence {
        Evidence::LastUsed { quiet } => Some((consumer.name.as_str(), quiet)),
        Evidence::Agent { .. } | Evidence::Ack | Evidence::Session { .. } | Evidence::Manual => None,
    })
}
