//! What the keys have behind them.

use keybaton_types::Outcome;

use super::{super::Setting, Risk};
use crate::{
    gate,
    ledger::Origin,
    roster,
    rotation::span::{ago, brief},
};

pub(super) fn adopted(setting: &Setting<'_>) -> Option<Risk> {
    let old = setting.old.filter(|old| old.origin == Origin::Adopted)?;
    let age = brief(setting.facts.now.since(old.born));
    Some(Risk::new(
        format!("{} was adopted and is {age} old", setting.old_name()),
        "copies that nobody declared may be in use; the revoke is evidenced at best",
    ))
}

pub(super) fn shared(setting: &Setting<'_>) -> Option<Risk> {
    let old = setting.old?;
    let others: Vec<String> =
        gate::keepers(setting.facts, Some(old.no)).map(|holder| holder.secret.to_string()).collect();
    let first = others.first()?;
    let so = if setting.is_emergency() {
        format!("the revoke here revokes it there too; rotate {first} as well, now")
    } else {
        format!("nothing is revoked before each has a key of its own: `keybaton rotate {first}`")
    };
    Some(Risk::new(format!("{} holds the same value", others.join(", ")), so))
}

pub(super) fn handed(setting: &Setting<'_>) -> Option<Risk> {
    setting.old.filter(|old| old.origin == Origin::Handed)?;
    Some(Risk::new(
        format!("{} was made by a person, who has seen its value", setting.old_name()),
        "a copy of it may be in use; the revoke is evidenced at best",
    ))
}

pub(super) fn revealed(setting: &Setting<'_>) -> Option<Risk> {
    let shown = |no| roster::is_revealed(setting.facts.sightings, no);
    setting.old.filter(|old| old.origin == Origin::Minted && shown(old.no))?;
    Some(Risk::new(
        format!("the value of {} was shown to a person", setting.old_name()),
        "a copy of it may be in use; the revoke is evidenced at best",
    ))
}

/// Keys beside the current one that the service still accepts.
pub(super) fn others_live(setting: &Setting<'_>) -> Option<Risk> {
    let current = setting.old.map(|old| old.no);
    let first = setting.facts.ledger.live().find(|c| Some(c.no) != current)?;
    let id = first.issued.as_ref().map_or_else(|| format!("number {}", first.no), ToString::to_string);
    Some(Risk::new(format!("key {id} is alive too, from before"), "this rotation does not touch it"))
}

pub(super) fn rolled_back(setting: &Setting<'_>) -> Option<Risk> {
    let last = setting.facts.ledger.last.as_ref().filter(|last| last.outcome == Outcome::RolledBack)?;
    let (times, when) = (setting.facts.ledger.rollbacks, ago(setting.facts.now, last.at));
    let what = if times > 1 { format!("the last {times} rotations were") } else { "the last rotation was".to_owned() };
    Some(Risk::new(format!("{what} rolled back, {when}"), "what made it fail may still be there"))
}
