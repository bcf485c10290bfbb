//! What is safe now: which key works, and whether anything was revoked. Every error during a rotation says it.

use keybaton_types::Outcome;

use super::keys;
use crate::{
    ledger::{Far, Ledger},
    rotation::{HoldReason, Rotation, State, Then, Way, Write},
};

/// Says which key works and whether anything was revoked, in lower case and without a full stop.
pub fn safe_now(ledger: &Ledger) -> String {
    match &ledger.rotation {
        _ if ledger.restored => restored(ledger),
        Some(rotation) => during(ledger, rotation),
        None => at_rest(ledger),
    }
}

fn restored(ledger: &Ledger) -> String {
    let current = ledger.current_credential().map(|c| keys::called(ledger, c.no));
    let current = current.unwrap_or_else(|| "no key".to_owned());
    format!("{current} was current when the state database was saved; nothing is revoked until a person has looked")
}

fn at_rest(ledger: &Ledger) -> String {
    let Some(current) = ledger.current_credential() else {
        return "no key is in use; nothing was revoked".to_owned();
    };
    let key = keys::called(ledger, current.no);
    match &ledger.last {
        Some(last) if last.outcome == Outcome::RolledBack => {
            format!("{key} is valid; the last rotation was rolled back, and its new key was destroyed or never made")
        }
        Some(last) if last.from.is_some() => format!("only {key} is valid; the key before it was revoked"),
        Some(_) | None => format!("{key} is valid; nothing was revoked"),
    }
}

fn during(ledger: &Ledger, rotation: &Rotation) -> String {
    match rotation.state {
        State::Revoking(way) | State::Confirming(way, _) => condemned(ledger, rotation, way),
        State::Minting(_)
        | State::Proving { .. }
        | State::Publishing { .. }
        | State::Draining(_)
        | State::Disabling
        | State::Watching
        | State::Enabling(_)
        | State::Ended(_) => format!("{}; nothing was revoked", alive(ledger, rotation)),
    }
}

/// After the point of no return.
fn condemned(ledger: &Ledger, rotation: &Rotation, way: Way) -> String {
    let (old, new) = (keys::old(ledger, rotation), keys::new(ledger, rotation));
    let refused = match rotation.hold.as_ref().map(|hold| &hold.reason) {
        Some(HoldReason::StillAccepted) => "is condemned, but the service still accepts it",
        Some(HoldReason::AwaitsDeletion(_)) => "is condemned, and works until a person deletes it at the service",
        Some(_) | None => "is condemned",
    };
    match way {
        Way::Forward => format!("only {new} is valid; {old} {refused}"),
        Way::Back if rotation.old.is_none() => format!("no key is in use; {new} {refused}"),
        Way::Back => format!("only {old} is valid; {new} {refused}"),
    }
}

/// Before it: what works, as far as is known.
fn alive(ledger: &Ledger, rotation: &Rotation) -> String {
    let (old, new) = (keys::old(ledger, rotation), keys::new(ledger, rotation));
    if rotation.old.is_none() {
        return first(rotation, &new);
    }
    if let Some(doubt) = rotation.hold.as_ref().and_then(|hold| doubt(&hold.reason, &old, &new)) {
        return doubt;
    }
    match rotation.state {
        State::Enabling(Then::Back) => format!("{old} is being switched on again; {new} is still published"),
        State::Disabling | State::Watching | State::Enabling(Then::Drain) => {
            format!("{new} is valid; {old} is switched off and can be switched on again")
        }
        _ if is_off(ledger, rotation) => format!("{new} is published; {old} is switched off and can be switched on"),
        State::Publishing { way: Way::Back, write: Write::Checking, .. } => {
            format!("{old} still exists and is being tried; {new} is published")
        }
        State::Publishing { way: Way::Forward, .. } | State::Draining(Way::Forward) => {
            format!("{old} is still valid, and so is {new}")
        }
        State::Minting(_)
        | State::Proving { .. }
        | State::Publishing { way: Way::Back, .. }
        | State::Draining(Way::Back)
        | State::Revoking(_)
        | State::Confirming(..)
        | State::Ended(_) => format!("{old} is still valid"),
    }
}

/// What a hold says of the keys, where it says that one of them fails.
fn doubt(reason: &HoldReason, old: &str, new: &str) -> Option<String> {
    match reason {
        HoldReason::BothRefused => Some(format!("{old} and {new} both exist, and both were refused")),
        HoldReason::OldDead => Some(format!("{new} is published; {old} exists, but was refused")),
        HoldReason::NewFails => Some(format!("{old} is still valid; {new} is published, and fails")),
        HoldReason::SlotsFull(_)
        | HoldReason::Unreachable(_)
        | HoldReason::Rejected(_)
        | HoldReason::DisableRefused(_)
        | HoldReason::Straggler
        | HoldReason::ForeignInstallation(_)
        | HoldReason::ForeignWrite
        | HoldReason::NeverProved
        | HoldReason::StillAccepted
        | HoldReason::Restored
        | HoldReason::AwaitsKey(_)
        | HoldReason::AwaitsDeletion(_) => None,
    }
}

/// A secret's first key: there is no old one that could keep working.
fn first(rotation: &Rotation, new: &str) -> String {
    match rotation.state {
        State::Draining(_) => format!("{new} is valid; it is the first one"),
        State::Minting(_)
        | State::Proving { .. }
        | State::Publishing { .. }
        | State::Disabling
        | State::Watching
        | State::Enabling(_)
        | State::Revoking(_)
        | State::Confirming(..)
        | State::Ended(_) => "no key is in use yet".to_owned(),
    }
}

fn is_off(ledger: &Ledger, rotation: &Rotation) -> bool {
    rotation.old.and_then(|no| ledger.credential(no)).is_some_and(|c| c.far == Far::Disabled)
}
