//! The normal form of a world: numbers become ranks and moments become distances, so that equal situations are equal.

use std::time::Duration;

use keybaton_core::{
    ledger::{Far, Ledger, Seen},
    look,
    policy::Until,
    rotation::{Effect, Rotation, State},
    watch::Watch,
};
use keybaton_types::{CredentialNo, Epoch, Label, OpSeq, Revision, Timestamp, VersionNo};

use super::{
    World,
    engine::Engine,
    issuer::STEM,
    person::Trace,
    setting::Setting,
    time::{NOW, deadline, floor, origin},
};

/// From this many tries on, one more changes nothing but the pause.
const TRIES: u8 = 5;

/// A later pivot within the same tick: it leaves room for what was seen in between.
const LATER: Duration = Duration::from_millis(200);

impl World {
    /// Brings the world into its normal form.
    pub(crate) fn normalise(&mut self, setting: &Setting) {
        let horizon = setting.horizon();
        let before = self.pivots(setting);
        for ledger in self.ledgers() {
            calm(ledger, horizon);
        }
        self.settle_watch(setting);
        self.settle_storm();
        self.drop_the_past();
        let judged = self.budget.alert > 0 || self.budget.meddle > 0 || self.issuer.spoilt.is_some();
        for person in &mut self.people {
            if !judged {
                person.tallies.retain(|tally| tally.refused.is_some());
            }
            person.until = person.until.map(deadline);
            person.spare = person.spare.map(deadline);
            settle_leases(&mut person.seen);
            settle_leases(&mut person.saved);
        }
        for flight in &mut self.flights {
            flight.until = flight.until.map(deadline);
        }
        self.rank_stamps(&before, &self.pivots(setting));
        self.rank_epochs();
        self.rank_operations();
        self.rank_versions();
        self.flights.sort_unstable();
        self.people.sort_unstable();
    }

    fn ledgers(&mut self) -> impl Iterator<Item = &mut Ledger> {
        let copies = self.engines.iter_mut().filter_map(|engine| match engine {
            Engine::Paused { copy: Some(copy), .. } => Some(&mut **copy),
            Engine::Paused { copy: None, .. } | Engine::Down | Engine::Up { .. } => None,
        });
        let backup = self.backup.iter_mut().map(|backup| &mut backup.ledger);
        std::iter::once(&mut self.ledger).chain(copies).chain(backup)
    }

    fn settle_watch(&mut self, setting: &Setting) {
        let (watch, policy, horizon) = (&mut self.watch, &setting.policy, setting.horizon());
        watch.no = 0;
        watch.observed = watch.observed.min(policy.watch.span);
        watch.progress = watch.progress.min(policy.overlap.min.max(policy.force_after));
        if let Some(last) = &mut watch.last {
            last.wall = floor(last.wall, 4);
            last.boot = last.wall.0;
        }
        watch.quiet_since = watch.quiet_since.map(|at| floor(at, horizon));
        watch.last_used = watch.last_used.map(|at| floor(at, horizon));
        watch.new.count = watch.new.count.min(2);
        watch.old.count = watch.old.count.min(2);
        self.ghost.attended = self.ghost.attended.min(3);
    }

    /// What moments of sightings and reports are compared with: the intent to switch A off, and by a policy of time the
    /// publish.
    fn pivots(&self, setting: &Setting) -> Vec<Timestamp> {
        let by_time = setting.policy.overlap.until == Until::Time;
        let Some(rotation) = &self.ledger.rotation else { return Vec::new() };
        let since = rotation.times.since.filter(|_| by_time);
        let mut pivots: Vec<Timestamp> = since.into_iter().chain(off(rotation)).collect();
        pivots.sort_unstable();
        pivots
    }

    /// Each instance's moments are replaced by their order between the pivots.
    fn rank_stamps(&mut self, before: &[Timestamp], after: &[Timestamp]) {
        for person in &mut self.people {
            let traces = person.seen.iter_mut().chain(&mut person.saved).map(|trace| &mut trace.last);
            let refusals = person.tallies.iter_mut().filter_map(|tally| tally.refused.as_mut());
            order(traces.chain(refusals).collect(), before, after);
        }
    }

    /// A watch counts in the stretches that a watch belongs to, and a fence while something older may still arrive.
    fn drop_the_past(&mut self) {
        let paused = self.engines.iter().any(|engine| matches!(engine, Engine::Paused { .. }));
        if self.flights.is_empty() && !paused {
            self.vault.fence = (Epoch(0), OpSeq(0));
        }
        let counts = self.ledger.rotation.as_ref().is_some_and(|rotation| look::is_watched(rotation.state));
        if !counts {
            self.watch = Watch::default();
            self.ghost.attended = 0;
        }
    }

    fn rank_epochs(&mut self) {
        let backup = self.backup.iter_mut().map(|backup| &mut backup.ledger);
        backup.for_each(|ledger| ledger.epoch = Epoch(0));
        let mut all: Vec<&mut Epoch> = vec![&mut self.ledger.epoch, &mut self.vault.fence.0];
        all.extend(self.flights.iter_mut().map(|flight| &mut flight.epoch));
        for engine in &mut self.engines {
            if let Engine::Paused { epoch, .. } = engine {
                all.push(epoch);
            }
        }
        ranks(all, |epoch| epoch.0, |epoch, rank| *epoch = Epoch(rank));
    }

    fn rank_operations(&mut self) {
        let mut all: Vec<&mut OpSeq> = vec![&mut self.vault.fence.1];
        all.extend(self.flights.iter_mut().map(|flight| &mut flight.seq));
        for engine in &mut self.engines {
            if let Engine::Paused { seq, copy, .. } = engine {
                all.extend(seq);
                all.extend(copy.iter_mut().filter_map(|copy| pending(copy)));
            }
        }
        all.extend(self.backup.iter_mut().filter_map(|backup| pending(&mut backup.ledger)));
        all.extend(pending(&mut self.ledger));
        let next = ranks(all, |seq| seq.0, |seq, rank| *seq = OpSeq(rank));
        for ledger in self.ledgers() {
            ledger.next_op = OpSeq(next);
        }
    }

    fn rank_versions(&mut self) {
        let mut elsewhere: Vec<VersionNo> = Vec::new();
        let mut copy = self.clone_numbers();
        elsewhere.append(&mut copy);
        for ledger in self.ledgers() {
            let kept = |no: VersionNo, current: Option<VersionNo>| elsewhere.contains(&no) || current == Some(no);
            let current = ledger.current;
            ledger.versions.retain(|version| kept(version.no, current));
        }
        let mut all: Vec<&mut VersionNo> = Vec::new();
        let Self { ledger, watch, engines, vault, flights, people, backup, .. } = self;
        all.extend(vault.served.iter_mut().map(|(no, _)| no));
        for person in people {
            all.extend([&mut person.mem, &mut person.disk].into_iter().flatten().map(|held| &mut held.version));
        }
        for flight in flights {
            if let super::call::Call::Publish(no, _) = &mut flight.call {
                all.push(no);
            }
        }
        if let Some(keybaton_core::answer::Served::Ours(no)) = &mut watch.served {
            all.push(no);
        }
        let copies = engines.iter_mut().filter_map(|engine| match engine {
            Engine::Paused { copy: Some(copy), .. } => Some(&mut **copy),
            Engine::Paused { copy: None, .. } | Engine::Down | Engine::Up { .. } => None,
        });
        let backup = backup.iter_mut().map(|backup| &mut backup.ledger);
        for ledger in std::iter::once(ledger).chain(copies).chain(backup) {
            numbers(ledger, &mut all);
        }
        ranks(all, |no| no.0, |no, rank| *no = VersionNo(rank));
    }

    /// Every version number that something other than a list of versions names.
    fn clone_numbers(&mut self) -> Vec<VersionNo> {
        let mut found: Vec<VersionNo> = self.vault.served.iter().map(|(no, _)| *no).collect();
        found.extend(self.people.iter().flat_map(|p| [p.mem, p.disk]).flatten().map(|held| held.version));
        found.extend(self.flights.iter().filter_map(|flight| match flight.call {
            super::call::Call::Publish(no, _) => Some(no),
            super::call::Call::Create(..)
            | super::call::Call::Disable(_)
            | super::call::Call::Enable(_)
            | super::call::Call::Destroy(_)
            | super::call::Call::EndSessions(_) => None,
        }));
        for ledger in self.ledgers() {
            let mut all = Vec::new();
            let versions = std::mem::take(&mut ledger.versions);
            numbers(ledger, &mut all);
            found.extend(all.into_iter().map(|no| *no));
            ledger.versions = versions;
        }
        found
    }
}

/// Every version number in a ledger.
fn numbers<'a>(ledger: &'a mut Ledger, all: &mut Vec<&'a mut VersionNo>) {
    all.push(&mut ledger.next_version);
    all.extend(&mut ledger.current);
    all.extend(ledger.versions.iter_mut().map(|version| &mut version.no));
    let Some(rotation) = &mut ledger.rotation else { return };
    all.extend(&mut rotation.from);
    if let State::Publishing { version, .. } = &mut rotation.state {
        all.push(version);
    }
    if let Some(Effect::Publish { version, .. }) = rotation.pending.as_mut().map(|pending| &mut pending.effect) {
        all.push(version);
    }
}

fn pending(ledger: &mut Ledger) -> Option<&mut OpSeq> {
    ledger.rotation.as_mut()?.pending.as_mut().map(|pending| &mut pending.seq)
}

/// Drops what no decision looks at, and puts times at their distance.
fn calm(ledger: &mut Ledger, horizon: i64) {
    ledger.revision = Revision(0);
    ledger.base = None;
    ledger.rollbacks = 0;
    let lost = ledger.lost_until;
    for credential in &mut ledger.credentials {
        credential.born = NOW;
        credential.label =
            credential.label.take().filter(|_| credential.far == Far::Unborn).map(|_| drawn(credential.no, lost));
    }
    for version in &mut ledger.versions {
        version.published = version.published.map(|_| NOW);
    }
    for alert in &mut ledger.alerts {
        alert.since = NOW;
    }
    ledger.alerts.sort_unstable();
    if let Some(ended) = &mut ledger.last {
        (ended.at, ended.from, ended.to) = (NOW, None, None);
    }
    let Some(rotation) = &mut ledger.rotation else { return };
    rotation.watch = 0;
    rotation.tries = rotation.tries.min(TRIES);
    if let State::Proving { refusals, .. } = &mut rotation.state {
        *refusals = (*refusals).min(2);
    }
    rotation.hold.iter_mut().for_each(|hold| hold.since = NOW);
    let off = off(rotation);
    let times = &mut rotation.times;
    times.wake = times.wake.filter(|&at| at > NOW).map(deadline);
    times.landing = times.landing.map(deadline);
    times.since = times.since.map(|at| origin(at, horizon));
    times.told = times.told.map(|at| origin(at, horizon));
    times.off = off.map(|at| origin(at, horizon) + LATER);
    if let Some(pending) = &mut rotation.pending {
        pending.deadline = NOW;
        pending.lands_until = deadline(pending.lands_until);
        if let Effect::Create { label, credential } = &mut pending.effect {
            *label = drawn(*credential, lost);
        }
    }
}

/// A lease that ran out is just over, unless its holder went on using the credential: then it is long over.
fn settle_leases(traces: &mut [Trace]) {
    for index in 0..traces.len() {
        let Trace { credential, lease: Some(lease), .. } = traces[index] else { continue };
        let used = |trace: &&Trace| trace.credential == credential && trace.seen == Seen::Used;
        let broken = traces.iter().find(used).is_some_and(|used| used.last > lease);
        let over = if broken { deadline(lease) } else { Timestamp(NOW.0 - 1) };
        traces[index].lease = Some(if lease > NOW { deadline(lease) } else { over });
    }
}

/// The label of a credential, by its own number instead of its operation's.
fn drawn(no: CredentialNo, lost: OpSeq) -> Label {
    Label(format!("{STEM}{}", no.0 + lost.0))
}

/// Since when A was meant to be off, where that is still looked at.
fn off(rotation: &Rotation) -> Option<Timestamp> {
    let looked_at = matches!(rotation.state, State::Disabling | State::Watching | State::Enabling(_));
    rotation.times.off.filter(|_| looked_at)
}

/// Replaces moments by their order between the pivots, which themselves have moved.
fn order(mut stamps: Vec<&mut Timestamp>, before: &[Timestamp], after: &[Timestamp]) {
    let mut distinct: Vec<Timestamp> = stamps.iter().map(|at| **at).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let passed = |at: &Timestamp| before.partition_point(|pivot| pivot < at);
    let first = |pivots: usize| distinct.partition_point(|at| passed(at) < pivots);
    let count = |number: usize| i64::try_from(number).expect("a few stamps");
    for stamp in &mut stamps {
        let rank = distinct.binary_search(stamp).expect("every stamp was collected");
        let pivots = passed(stamp);
        **stamp = match pivots.checked_sub(1) {
            Some(last) => Timestamp(after[last].0 + 1 + count(rank) - count(first(pivots))),
            None => Timestamp(after.first().unwrap_or(&NOW).0 - count(first(1)) + count(rank)),
        };
    }
}

/// Replaces numbers by their ranks, and answers with the next free one.
fn ranks<T>(all: Vec<&mut T>, get: impl Fn(&T) -> u64, set: impl Fn(&mut T, u64)) -> u64 {
    let mut distinct: Vec<u64> = all.iter().map(|number| get(number)).filter(|&number| number > 0).collect();
    distinct.sort_unstable();
    distinct.dedup();
    let rank = |number: u64| match distinct.binary_search(&number) {
        Ok(index) | Err(index) => u64::try_from(index).expect("a few numbers") + 1,
    };
    for number in all {
        let old = get(number);
        if old > 0 {
            set(number, rank(old));
        }
    }
    u64::try_from(distinct.len()).expect("a few numbers") + 1
}
