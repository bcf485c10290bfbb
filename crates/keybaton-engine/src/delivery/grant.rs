//! Grants: who was handed what, and for how long. A grant is durable before the value leaves (R6).

use std::{collections::HashMap, time::Duration};

use keybaton_core::ledger::Seen;
use keybaton_types::{CredentialNo, Timestamp, VersionNo};

use super::Shown;

/// A lease is written for this part longer than it is handed out, so that a reader who comes again soon costs no commit.
const SLACK: u32 = 8;

/// But never for longer than this.
const MOST_SLACK: Duration = Duration::from_mins(1);

/// A reader without a lease who comes again within this was written down before.
const FRESH: Duration = Duration::from_mins(1);

/// Above so many, those who have been quiet are forgotten; it costs one more commit when they come back.
const MOST: usize = 20_000;

/// Whoever was quiet for so long may be forgotten.
const QUIET: Duration = Duration::from_hours(1);

/// Who reads, or tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The public name of its token.
    pub token: String,
    /// The consumer that the token was made for.
    pub consumer: String,
    /// Which instance of it.
    pub instance: String,
    /// Whether it keeps to a term.
    pub term: Term,
}

/// Whether a reader keeps to a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// It never uses a value after `ttl + max_stale`, by two clocks.
    Enforced,
    /// Nobody knows how long it keeps the value.
    Open,
}

impl Reader {
    /// Until when it may use what it is handed now.
    fn until(&self, shown: &Shown, now: Timestamp) -> Option<Timestamp> {
        (self.term == Term::Enforced).then(|| now + shown.lease)
    }

    /// The same as it is written: a little longer, so that coming again soon costs nothing.
    pub(super) fn lease(&self, shown: &Shown, now: Timestamp) -> Option<Timestamp> {
        self.until(shown, now).map(|until| until + (shown.lease / SLACK).min(MOST_SLACK))
    }
}

/// Who was handed what by this process, and has told what.
#[derive(Default)]
pub(super) struct Holders(HashMap<(String, String), Holder>);

#[derive(Default)]
struct Holder {
    granted: Option<Granted>,
    told: Vec<(Option<CredentialNo>, Seen)>,
    last: Timestamp,
}

/// A grant that is durable.
#[derive(Clone, Copy)]
struct Granted {
    version: VersionNo,
    at: Timestamp,
    until: Option<Timestamp>,
}

impl Holders {
    /// Whether what is written covers another read by this reader.
    pub(super) fn covers(&self, reader: &Reader, shown: &Shown, now: Timestamp) -> bool {
        let until = reader.until(shown, now);
        let granted = self.0.get(&key(reader)).and_then(|holder| holder.granted);
        granted.filter(|granted| granted.version == shown.version).is_some_and(|granted| match (granted.until, until) {
            (Some(written), Some(until)) => written >= until && now >= granted.at,
            (None, None) => now >= granted.at && now.since(granted.at) < FRESH,
            (Some(_), None) | (None, Some(_)) => false,
        })
    }

    /// Remembers a grant that is durable now.
    pub(super) fn granted(&mut self, reader: &Reader, version: VersionNo, at: Timestamp, until: Option<Timestamp>) {
        self.entry(reader, at).granted = Some(Granted { version, at, until });
    }

    /// Remembers that a reader told something; whether it was the first time. Whatever it is, the next read is written
    /// down again, because the order of the two counts.
    pub(super) fn told(
        &mut self,
        reader: &Reader,
        credential: Option<CredentialNo>,
        seen: Seen,
        at: Timestamp,
    ) -> bool {
        let holder = self.entry(reader, at);
        holder.granted = None;
        let first = !holder.told.contains(&(credential, seen));
        if first {
            holder.told.push((credential, seen));
            // a reader that tells of ever new credentials is no reason to keep them all
            let over = holder.told.len().saturating_sub(32);
            holder.told.drain(..over);
        }
        first
    }

    fn entry(&mut self, reader: &Reader, now: Timestamp) -> &mut Holder {
        if self.0.len() >= MOST {
            self.0.retain(|_, holder| now.since(holder.last) < QUIET);
        }
        let holder = self.0.entry(key(reader)).or_default();
        holder.last = now;
        holder
    }
}

fn key(reader: &Reader) -> (String, String) {
    (reader.consumer.clone(), reader.instance.clone())
}
