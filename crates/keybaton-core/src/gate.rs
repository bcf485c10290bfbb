//! The gate: the list of conditions that must hold before the loser is revoked, each with its reason.

use std::{collections::BTreeSet, time::Duration};

use keybaton_types::{CredentialNo, Grade, SecretId, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    facts::Facts,
    health,
    ledger::{Holder, Origin, Seen, Sighting},
    policy::{Consumer, Evidence, Until},
    roster::{self, Stand, Standing},
    rotation::{Cause, Rotation, Way},
    watch::Watch,
};

/// What the gate says.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Gate {
    /// What is still awaited; empty means open.
    pub waits: Vec<Wait>,
    /// How sure the revoke would be if it happened now.
    pub grade: Grade,
}

/// Something that is still awaited.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wait {
    /// The overlap's floor.
    Floor {
        /// Not before this, and only if both clocks agree that the time has passed.
        until: Timestamp,
    },
    /// The watch over the winner.
    Watched {
        /// Observed so far.
        observed: Duration,
        /// Needed.
        needed: Duration,
    },
    /// Calls are refused somewhere, and neither credential was tried since: it may be the winner's doing.
    Storm {
        /// Who says so.
        source: String,
    },
    /// An instance still uses the loser.
    Straggler(Standing),
    /// A consumer has not shown as many instances as it declares.
    Missing {
        /// The consumer.
        consumer: String,
        /// Instances that have moved.
        moved: u32,
        /// Instances declared.
        declared: u32,
    },
    /// A consumer's pipeline, or a person, has not acknowledged.
    Acknowledgement {
        /// The consumer.
        consumer: String,
    },
    /// The issuer shows live sessions of the loser, or has not been quiet for long enough.
    Sessions {
        /// The consumer.
        consumer: String,
        /// Live sessions, if they were counted.
        live: Option<u32>,
    },
    /// The issuer's last use of the loser is too fresh, or not known.
    LastUsed {
        /// The consumer.
        consumer: String,
        /// The last use, if the issuer tells one.
        at: Option<Timestamp>,
    },
    /// Another secret still holds the same value: it would lose its key too.
    Shared {
        /// The other secret.
        secret: SecretId,
    },
    /// An earlier call may still land (R9).
    Landing {
        /// Until when.
        until: Timestamp,
    },
}

impl Wait {
    /// Whether it is about somebody who uses the loser, rather than about time.
    pub fn is_evidence(&self) -> bool {
        match self {
            Self::Straggler(_)
            | Self::Missing { .. }
            | Self::Acknowledgement { .. }
            | Self::Sessions { .. }
            | Self::LastUsed { .. }
            | Self::Shared { .. } => true,
            Self::Floor { .. } | Self::Watched { .. } | Self::Storm { .. } | Self::Landing { .. } => false,
        }
    }
}

impl Gate {
    /// Whether everything is over but for other secrets that hold the same value.
    pub fn is_cleared(&self) -> bool {
        !self.waits.is_empty() && self.waits.iter().all(|wait| matches!(wait, Wait::Shared { .. }))
    }
}

/// What the conditions look at.
struct Overlap<'a> {
    rotation: &'a Rotation,
    facts: &'a Facts<'a>,
    way: Way,
    since: Timestamp,
    roster: Vec<Standing>,
}

/// A condition: what it still waits for, and how sure its part is.
type Condition = fn(&Overlap<'_>) -> (Vec<Wait>, Grade);

/// Every condition, in the order in which an operator reads them.
const CONDITIONS: [Condition; 8] = [landed, floor, watched, diagnosed, declared, seen, shared, provenance];

/// Evaluates the gate for the loser of `way`.
pub fn evaluate(rotation: &Rotation, facts: &Facts<'_>, way: Way) -> Gate {
    let since = rotation.times.since.unwrap_or(facts.now);
    let sightings = evidence_of(facts, rotation.loser(way));
    let roster = roster::observe(&sightings, rotation.loser(way), rotation.winner(way), facts.lease_clock());
    let overlap = Overlap { rotation, facts, way, since, roster };
    let mut gate = Gate { waits: Vec::new(), grade: Grade::Proved };
    for condition in CONDITIONS {
        let (waits, grade) = condition(&overlap);
        gate.waits.extend(waits);
        gate.grade = gate.grade.min(grade);
    }
    let waived = |wait: &Wait| wait.is_evidence() && !overlap.counts(wait);
    if gate.waits.iter().any(waived) {
        gate.grade = Grade::Assumed;
    }
    gate.waits.retain(|wait| overlap.counts(wait));
    gate
}

/// What was seen, and what refusals tell: whoever is refused with the loser has it in its hands.
fn evidence_of(facts: &Facts<'_>, loser: Option<CredentialNo>) -> Vec<Sighting> {
    let missed = facts.reports.iter().filter(|report| Some(report.credential) == loser).filter_map(|report| {
        Some(Sighting {
            consumer: report.consumer.clone(),
            instance: report.instance.clone(),
            credential: loser,
            seen: Seen::Used,
            last: report.refused_at?,
            lease_until: None,
        })
    });
    facts.sightings.iter().cloned().chain(missed).collect()
}

/// Whether the gate is open for a rotation that is not forced, and if it is forced, who is cut off by going on.
pub fn cut_off(gate: &Gate) -> Vec<String> {
    gate.waits
        .iter()
        .filter_map(|wait| match wait {
            Wait::Straggler(s) => Some(format!("{}/{}", s.consumer, s.instance)),
            Wait::Missing { consumer, .. }
            | Wait::Acknowledgement { consumer }
            | Wait::Sessions { consumer, .. }
            | Wait::LastUsed { consumer, .. } => Some(consumer.clone()),
            Wait::Shared { secret } => Some(secret.to_string()),
            Wait::Floor { .. } | Wait::Watched { .. } | Wait::Storm { .. } | Wait::Landing { .. } => None,
        })
        .collect()
}

impl Overlap<'_> {
    fn is_emergency(&self) -> bool {
        self.rotation.cause == Cause::Leaked
    }

    /// R9 always counts. An emergency ignores the floor and the watch, and after `force_after` everything else; so
    /// does a forced revoke. `until = "time"` ignores evidence that is merely missing, but not that another secret holds
    /// the same value.
    fn counts(&self, wait: &Wait) -> bool {
        let forced = self.rotation.forced
            || self.is_emergency() && self.way == Way::Forward && self.passed(self.facts.policy.force_after);
        match wait {
            Wait::Landing { .. } => true,
            _ if forced => false,
            Wait::Watched { .. } | Wait::Storm { .. } => !self.is_emergency(),
            _ if self.rotation.loser(self.way).is_none() => false,
            Wait::Floor { .. } => !self.is_emergency() || self.is_unknown(),
            Wait::Shared { .. } => true,
            Wait::Straggler(standing) => !self.by_time() || self.is_fresh(standing.stand),
            Wait::Missing { .. } | Wait::Acknowledgement { .. } => !self.by_time(),
            Wait::Sessions { live, .. } => !self.by_time() || live.is_some_and(|n| n > 0),
            Wait::LastUsed { at, .. } => !self.by_time() || at.is_some_and(|at| at > self.since),
        }
    }

    /// What a pipeline or a person has said of a consumer since the publish, by how sure that is: it has moved, or it is
    /// gone as a whole. That one instance of it is gone says nothing about the others.
    fn word(&self, consumer: &str) -> Option<Grade> {
        let said = |s: &&Sighting| s.consumer == consumer && s.last >= self.since;
        let grade = |s: &Sighting| match s.seen {
            Seen::Acked => Some(Grade::Evidenced),
            Seen::Forgotten => s.instance.is_empty().then_some(Grade::Assumed),
            Seen::Fetched | Seen::Delivered | Seen::Used | Seen::Dropped | Seen::Revealed => None,
        };
        self.facts.sightings.iter().filter(said).filter_map(grade).max()
    }

    /// Whether nobody is known to use the secret: then nobody can be known to have moved.
    fn is_unknown(&self) -> bool {
        self.facts.policy.consumers.is_empty() && self.roster.is_empty()
    }

    fn by_time(&self) -> bool {
        self.facts.policy.overlap.until == Until::Time
    }

    fn is_fresh(&self, stand: Stand) -> bool {
        matches!(stand, Stand::Old(at) | Stand::Unknown(at) if at > self.since)
    }

    /// Whether so much time has passed since the publish by both clocks (R14).
    fn passed(&self, span: Duration) -> bool {
        self.facts.now >= self.since + span && self.watch().progress >= span
    }

    fn watch(&self) -> &Watch {
        self.facts.watch
    }
}

/// R9: no earlier call may still land.
fn landed(overlap: &Overlap<'_>) -> (Vec<Wait>, Grade) {
    let landing = overlap.rotation.times.landing.filter(|&until| until > overlap.facts.now);
    (landing.map(|until| Wait::Landing { until }).into_iter().collect(), Grade::Proved)
}

/// The floor of the overlap, by both clocks.
fn floor(overlap: &Overlap<'_>) -> (Vec<Wait>, Grade) {
    let policy = overlap.facts.policy;
    let min = if overlap.is_emergency() { policy.force_after } else { policy.overlap.min };
    let until = (overlap.since + min).max(overlap.facts.now + min.saturating_sub(overlap.watch().progress));
    ((!overlap.passed(min)).then_some(Wait::Floor { until }).into_iter().collect(), Grade::Proved)
}

/// The watch over B: by observed time, forward only, and never while the newest answer of the probe refused B.
fn watched(overlap: &Overlap<'_>) -> (Vec<Wait>, Grade) {
    let (needed, observed) = (overlap.facts.policy.watch.span, overlap.watch().observed);
    let over = overlap.way == Way::Back || observed >= needed && !health::new_was_refused(overlap.facts);
    ((!over).then_some(Wait::Watched { observed, needed }).into_iter().collect(), Grade::Proved)
}

/// The evidence that each declared consumer names.
fn declared(overlap: &Overlap<'_>) -> (Vec<Wait>, Grade) {
    let parts = overlap.facts.policy.consumers.iter().map(|consumer| evidence(overlap, consumer));
    gather(parts)
}

/// R13: a storm since the publish is explained before anything is taken away.
fn diagnosed(overlap: &Overlap<'_>) -> (Vec<Wait>, Grade) {
    let storm = (overlap.way == Way::Forward).then(|| health::undiagnosed(overlap.rotation, overlap.facts)).flatten();
    (storm.map(|storm| Wait::Storm { source: storm.source.clone() }).into_iter().collect(), Grade::Proved)
}

/// Every instance that was ever seen, declared or not.
fn seen(overlap: &Overlap<'_>) -> (Vec<Wait>, Grade) {
    gather(overlap.roster.iter().map(|standing| match standing.stand {
        Stand::Clear(grade) => (None, grade),
        Stand::Old(_) | Stand::Leased(_) | Stand::Unknown(_) => {
            (Some(Wait::Straggler(standing.clone())), Grade::Assumed)
        }
    }))
}

/// Every other secret that may still need the same value. Time does not end that: it serves the value now.
fn shared(overlap: &Overlap<'_>) -> (Vec<Wait>, Grade) {
    let keepers = keepers(overlap.facts, overlap.rotation.loser(overlap.way));
    (keepers.map(|holder| Wait::Shared { secret: holder.secret.clone() }).collect(), Grade::Proved)
}

/// The other secrets that may still need the value of a credential, each once.
pub fn keepers<'a>(facts: &Facts<'a>, credential: Option<CredentialNo>) -> impl Iterator<Item = &'a Holder> + use<'a> {
    let (shared, mut last) = (facts.shared, None);
    let keeps = move |holder: &&Holder| Some(holder.credential) == credential && holder.keeps();
    shared.iter().filter(keeps).filter(move |holder| last.replace(&holder.secret) != Some(&holder.secret))
}

/// What an adopted or revealed value can reach at best; and `until = "time"` proves nothing.
fn provenance(overlap: &Overlap<'_>) -> (Vec<Wait>, Grade) {
    let loser = overlap.rotation.loser(overlap.way).and_then(|no| overlap.facts.ledger.credential(no));
    let known = loser.is_none_or(|c| c.origin == Origin::Minted && !roster::is_revealed(overlap.facts.sightings, c.no));
    let grade = if overlap.by_time() || overlap.is_unknown() || overlap.rotation.forced {
        Grade::Assumed
    } else if known {
        Grade::Proved
    } else {
        Grade::Evidenced
    };
    (Vec::new(), grade)
}

fn evidence(overlap: &Overlap<'_>, consumer: &Consumer) -> (Option<Wait>, Grade) {
    let name = consumer.name.clone();
    match consumer.evidence {
        Evidence::Agent { instances } => {
            let moved = moved(overlap, &name);
            if let Some(grade) = overlap.word(&name).filter(|_| moved < instances) {
                return (None, grade);
            }
            if moved < instances && moved.saturating_add(gone(overlap, &name)) >= instances {
                return (None, Grade::Assumed);
            }
            let wait = Wait::Missing { consumer: name, moved, declared: instances };
            ((moved < instances).then_some(wait), Grade::Proved)
        }
        Evidence::Ack => awaited(overlap, name),
        Evidence::Manual => (awaited(overlap, name).0, Grade::Assumed),
        Evidence::Session { quiet } => {
            let is_quiet = overlap.watch().quiet_since.is_some_and(|at| overlap.facts.now >= at + quiet);
            let wait = Wait::Sessions { consumer: name, live: overlap.watch().sessions };
            ((!is_quiet).then_some(wait), Grade::Evidenced)
        }
        Evidence::LastUsed { quiet } => {
            let at = overlap.watch().last_used;
            let is_quiet = overlap.watch().asked_last_used && at.is_none_or(|at| overlap.facts.now >= at + quiet);
            // A use may show up late: silence counts only once the issuer has had time to tell of it.
            let settled = overlap.facts.now >= overlap.since + quiet;
            ((!is_quiet || !settled).then_some(Wait::LastUsed { consumer: name, at }), Grade::Evidenced)
        }
    }
}

/// Instances of a consumer that have moved: clear of the loser, and seen to be so. One that was only ever seen with
/// something older proves nothing.
fn moved(overlap: &Overlap<'_>, consumer: &str) -> u32 {
    let clear = overlap.roster.iter().filter(|s| s.consumer == consumer && matches!(s.stand, Stand::Clear(_)));
    u32::try_from(clear.filter(|standing| has_moved(overlap, standing)).count()).unwrap_or(u32::MAX)
}

/// Whether something that was seen of an instance shows that it has moved.
fn has_moved(overlap: &Overlap<'_>, standing: &Standing) -> bool {
    let (loser, winner) = (overlap.rotation.loser(overlap.way), overlap.rotation.winner(overlap.way));
    let tells = |s: &Sighting| match s.seen {
        Seen::Used | Seen::Delivered => s.credential == winner,
        Seen::Fetched => s.credential == loser && s.lease_until.is_some(),
        Seen::Dropped => s.credential == loser,
        Seen::Acked => s.last >= overlap.since,
        Seen::Forgotten | Seen::Revealed => false,
    };
    let here = |s: &&Sighting| s.consumer == standing.consumer && s.instance == standing.instance;
    overlap.facts.sightings.iter().filter(here).any(tells)
}

/// Instances of a consumer of which a person has said since the publish that they are gone: nobody waits for them.
fn gone(overlap: &Overlap<'_>, consumer: &str) -> u32 {
    let said = |s: &&Sighting| s.consumer == consumer && s.seen == Seen::Forgotten && s.last >= overlap.since;
    let instances: BTreeSet<&str> = overlap
        .facts
        .sightings
        .iter()
        .filter(said)
        .map(|s| s.instance.as_str())
        .filter(|name| !name.is_empty())
        .collect();
    let clear = |s: &&Standing| s.consumer == consumer && matches!(s.stand, Stand::Clear(_));
    let clear = overlap.roster.iter().filter(clear).filter(|s| instances.contains(s.instance.as_str()));
    u32::try_from(clear.filter(|s| !has_moved(overlap, s)).count()).unwrap_or(u32::MAX)
}

/// A word about a consumer that somebody still owes.
fn awaited(overlap: &Overlap<'_>, consumer: String) -> (Option<Wait>, Grade) {
    match overlap.word(&consumer) {
        Some(grade) => (None, grade),
        None => (Some(Wait::Acknowledgement { consumer }), Grade::Evidenced),
    }
}

fn gather(parts: impl Iterator<Item = (Option<Wait>, Grade)>) -> (Vec<Wait>, Grade) {
    let mut waits = Vec::new();
    let mut lowest = Grade::Proved;
    for (wait, grade) in parts {
        waits.extend(wait);
        lowest = lowest.min(grade);
    }
    (waits, lowest)
}
