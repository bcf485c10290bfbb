//! Which keys the instances of each consumer hold. Instances are counted, never named.

use std::collections::BTreeMap;

use keybaton_core::{
    ledger::{Seen, Sighting},
    roster::{self, Stand},
};
use keybaton_ports::Snapshot;
use keybaton_types::{CredentialNo, SecretId, Timestamp};

use super::{gather::seconds, live::of, page::Page};

/// How many instances of one consumer hold what.
#[derive(Default)]
struct Count {
    current: u32,
    previous: u32,
    unknown: u32,
    last: Timestamp,
}

/// What one instance holds.
enum Holds {
    Current,
    Previous,
    Unknown,
    Nothing,
}

/// Counts the instances of a secret.
pub(super) fn fill(page: &mut Page, secret: &SecretId, snapshot: &Snapshot) {
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for (consumer, seen) in instances(&snapshot.sightings) {
        let count = counts.entry(consumer).or_default();
        count.last = seen.iter().map(|sighting| sighting.last).max().unwrap_or_default().max(count.last);
        match holds(&seen, snapshot) {
            Holds::Current => count.current += 1,
            Holds::Previous => count.previous += 1,
            Holds::Unknown => count.unknown += 1,
            Holds::Nothing => {}
        }
    }
    for (consumer, count) in counts {
        let labels = || [of(secret), vec![("consumer", consumer.to_owned())]].concat();
        for (slot, count) in [("current", count.current), ("previous", count.previous), ("unknown", count.unknown)] {
            let labels = [labels(), vec![("slot", slot.to_owned())]].concat();
            page.gauge("keybaton_consumer_instances", &labels, f64::from(count));
        }
        page.gauge("keybaton_consumer_last_seen_timestamp_seconds", &labels(), seconds(count.last));
    }
}

/// What was seen of each instance, with its consumer. A person who was shown a value is no consumer.
fn instances(sightings: &[Sighting]) -> impl Iterator<Item = (&str, Vec<Sighting>)> {
    let mut instances: BTreeMap<(&str, &str), Vec<Sighting>> = BTreeMap::new();
    for sighting in sightings.iter().filter(|sighting| sighting.seen != Seen::Revealed) {
        instances.entry((&sighting.consumer, &sighting.instance)).or_default().push(sighting.clone());
    }
    instances.into_iter().map(|((consumer, _), seen)| (consumer, seen))
}

/// Whoever may still use anything but the current key counts as doing so, as in `status`.
fn holds(seen: &[Sighting], snapshot: &Snapshot) -> Holds {
    let current = snapshot.ledger.current_credential().map(|credential| credential.no);
    let others = snapshot.ledger.live().map(|credential| credential.no).filter(|no| Some(*no) != current);
    let stands = others.map(Some).chain([None]).flat_map(|other| {
        let standings = roster::observe(seen, other, current, snapshot.lease_clock());
        standings.into_iter().map(|standing| standing.stand)
    });
    let mut holds = if has(seen, current, snapshot.lease_clock()) { Holds::Current } else { Holds::Nothing };
    for stand in stands {
        match stand {
            Stand::Clear(_) => {}
            Stand::Unknown(_) => return Holds::Unknown,
            Stand::Old(_) | Stand::Leased(_) => holds = Holds::Previous,
        }
    }
    holds
}

/// Whether an instance has a key: the newest that was seen of both says so, and its lease, where it has one, is not over.
fn has(seen: &[Sighting], credential: Option<CredentialNo>, now: Timestamp) -> bool {
    let Some(credential) = credential else { return false };
    let is_gone = |sighting: &&Sighting| sighting.credential.is_none() && sighting.seen == Seen::Forgotten;
    let with = seen.iter().filter(|sighting| sighting.credential == Some(credential) || is_gone(sighting));
    with.max_by_key(|sighting| sighting.last).is_some_and(|newest| match newest.seen {
        Seen::Fetched => newest.lease_until.is_none_or(|until| until > now),
        Seen::Delivered | Seen::Used | Seen::Acked => true,
        Seen::Dropped | Seen::Forgotten | Seen::Revealed => false,
    })
}
