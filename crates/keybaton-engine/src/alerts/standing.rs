//! What is the matter with a secret although nothing happens to it: found by looking, never by an event.

use std::collections::BTreeMap;

use keybaton_core::{
    answer::Verdict,
    civil::rfc3339,
    rotation::span::brief,
    watch::{SILENT as SILENT_LOOKS, Silence},
};
use keybaton_ports::Snapshot;
use keybaton_types::{Phase, Timestamp, document::Straggler};

use crate::{Charge, operations::consumers};

/// The kinds of alert that are found by looking.
pub(super) const KINDS: [&str; 6] = [OVERDUE, NO_POLICY, LATE, PROBE, ISSUER, VAULT];

/// The key is older than its policy allows.
const OVERDUE: &str = "overdue";

/// Nothing rotates the key, and nobody would hear that it gets old.
const NO_POLICY: &str = "no-policy";

/// An instance still uses the old key, and most of the overlap is over.
const LATE: &str = "late-straggler";

/// The probe of the new key is refused, or says nothing clear.
const PROBE: &str = "probe-failing";

/// The issuer does not answer while a rotation is watched.
const ISSUER: &str = "issuer-unreachable";

/// The vault does not answer while a rotation is watched.
const VAULT: &str = "vault-unreachable";

/// The part of `overlap.max`, in percent, after which a straggler is late.
const MOST: u32 = 80;

/// A watch that takes so many intervals longer than it should is no watch.
const SILENT: u32 = 10;

/// So many stragglers are named.
const NAMED: usize = 5;

/// What is the matter now, by kind. The words say nothing that changes by itself: each change would be told again.
pub(super) fn matters(charge: &Charge, snapshot: &Snapshot) -> BTreeMap<&'static str, String> {
    let found = [
        (OVERDUE, overdue(charge, snapshot)),
        (NO_POLICY, without_policy(charge, snapshot)),
        (LATE, late(charge, snapshot)),
        (PROBE, unproven(charge, snapshot)),
        (ISSUER, mute(charge, snapshot, "issuer", |silence| silence.issuer)),
        (VAULT, mute(charge, snapshot, "vault", |silence| silence.vault)),
    ];
    found.into_iter().filter_map(|(kind, what)| Some((kind, what?))).collect()
}

fn overdue(charge: &Charge, snapshot: &Snapshot) -> Option<String> {
    let (born, most) = (snapshot.ledger.current_credential()?.born, charge.policy.max_age?);
    let is_over = snapshot.now.since(born) > most;
    is_over.then(|| {
        format!("the key of {} is from {} and overdue: max_age is {}", charge.secret, rfc3339(born), brief(most))
    })
}

fn without_policy(charge: &Charge, snapshot: &Snapshot) -> Option<String> {
    snapshot.ledger.current_credential()?;
    let is_bare = charge.policy.max_age.is_none() && charge.schedule.is_none();
    is_bare.then(|| {
        format!(
            "{} has no policy: nothing rotates it, and nobody hears when it gets old; set `every` or `max_age`",
            charge.secret
        )
    })
}

/// Since when the present key is published, if a rotation forward waits for the old one to go.
fn published(snapshot: &Snapshot) -> Option<Timestamp> {
    let ledger = &snapshot.ledger;
    match ledger.rotation.as_ref()?.phase() {
        Phase::Draining | Phase::Disabling | Phase::Watching | Phase::Enabling | Phase::Held => {}
        Phase::Idle
        | Phase::Minting
        | Phase::Proving
        | Phase::Publishing
        | Phase::Revoking
        | Phase::Confirming
        | Phase::Done
        | Phase::PublishingBack
        | Phase::DrainingBack
        | Phase::RevokingBack
        | Phase::ConfirmingBack
        | Phase::RolledBack => return None,
    }
    ledger.version(ledger.current?)?.published.filter(|_| ledger.live().count() > 1)
}

fn late(charge: &Charge, snapshot: &Snapshot) -> Option<String> {
    let since = published(snapshot)?;
    if snapshot.now.since(since) < charge.policy.overlap.max * MOST / 100 {
        return None;
    }
    let current = snapshot.ledger.current_credential().map(|credential| credential.no);
    let stragglers = consumers(charge, snapshot, current).stragglers;
    (!stragglers.is_empty()).then(|| {
        let (who, secret) = (names(&stragglers), &charge.secret);
        format!("{who} may still use the old key of {secret}, and {MOST} % of overlap.max are over")
    })
}

/// The first few, and how many more there are.
fn names(stragglers: &[Straggler]) -> String {
    let mut names: Vec<String> = stragglers.iter().map(|s| format!("{}/{}", s.consumer, s.instance)).collect();
    names.sort_unstable();
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    if more > 0 { format!("{} and {more} more", names.join(", ")) } else { names.join(", ") }
}

fn unproven(charge: &Charge, snapshot: &Snapshot) -> Option<String> {
    published(snapshot)?;
    let (watch, terms) = (snapshot.watch.as_ref()?, &charge.policy.watch);
    if watch.new.is(Verdict::Refused, terms.failures) {
        return Some(format!("the probe of {} is refused with the new key", charge.secret));
    }
    let is_silent = watch.observed < terms.span && watch.progress > terms.span + terms.every * SILENT;
    is_silent.then(|| {
        format!("the watch of {} does not get on: its probe gives no clear answer, or nobody looks", charge.secret)
    })
}

/// Whether somebody who is asked at each look of the present watch has not answered the last ones.
fn mute(charge: &Charge, snapshot: &Snapshot, who: &str, count: fn(&Silence) -> u8) -> Option<String> {
    let rotation = snapshot.ledger.rotation.as_ref()?;
    let watch = snapshot.watch.as_ref().filter(|watch| watch.no == rotation.watch)?;
    let what = || format!("the {who} of {} did not answer {SILENT_LOOKS} looks in a row", charge.secret);
    (count(&watch.silence) >= SILENT_LOOKS).then(what)
}
