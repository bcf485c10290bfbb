//! A scene: the facts of one step, built by hand. A is credential 1 (`key_1`), B is credential 2 (`key_2`).
//!
//! The issuer is like a plain HTTP one: it lists, switches, chooses the value and needs a minute to make a key known. The
//! policy is the default one with one consumer, `web`, of two instances that report.

#![expect(clippy::unwrap_used, reason = "a test that is written wrongly may stop here")]

use std::time::Duration;

use keybaton_core::answer::{Answer, Blame, Found, Why};
use keybaton_core::facts::{Facts, Presence};
use keybaton_core::ledger::{
    Change, Commit, Credential, Far, Holder, Ledger, Origin, Report, Seen, Sighting, Stage, Storm, Version,
};
use keybaton_core::policy::{Consumer, Evidence, OnStraggler, Overlap, Policy, Rollback, Until, WatchFor};
use keybaton_core::rotation::{
    Cause, Effect, Event, HoldReason, Operation, Refused, Request, Rotation, State, Transition, step,
};
use keybaton_core::sheet::{Ability, Addressing, Chooser, Fencing, Sheet};
use keybaton_core::watch::Watch;
use keybaton_types::{CredentialNo, Installation, IssuedId, OpSeq, RotationId, SecretId, Timestamp, VersionNo};

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MINUTE: Duration = Duration::from_mins(1);
pub(crate) const HOUR: Duration = Duration::from_hours(1);
pub(crate) const DAY: Duration = Duration::from_hours(24);
pub(crate) const A: CredentialNo = CredentialNo(1);
pub(crate) const B: CredentialNo = CredentialNo(2);
pub(crate) const NOW: Timestamp = Timestamp(1_000_000_000_000);

/// The facts of one step.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) now: Timestamp,
    pub(crate) installation: Installation,
    pub(crate) secret: SecretId,
    pub(crate) sheet: Sheet,
    pub(crate) policy: Policy,
    pub(crate) ledger: Ledger,
    pub(crate) watch: Watch,
    pub(crate) sightings: Vec<Sighting>,
    pub(crate) reports: Vec<Report>,
    pub(crate) storms: Vec<Storm>,
    pub(crate) shared: Vec<Holder>,
    pub(crate) presence: Presence,
    pub(crate) served: Option<Timestamp>,
}

impl Scene {
    /// A is current, nothing is under way.
    pub(crate) fn idle() -> Self {
        let mut ledger = Ledger::new();
        ledger.credentials.push(credential(A, Stage::Current));
        ledger.versions.push(Version { no: VersionNo(1), credential: A, published: Some(NOW - DAY) });
        ledger.current = Some(VersionNo(1));
        ledger.next_version = VersionNo(2);
        ledger.base = Some(NOW - DAY);
        Self {
            now: NOW,
            installation: Installation("a1b2c3".to_owned()),
            secret: "payments/prod".parse().unwrap(),
            sheet: sheet(),
            policy: policy(),
            ledger,
            watch: Watch::new(0),
            sightings: Vec::new(),
            reports: Vec::new(),
            storms: Vec::new(),
            shared: Vec::new(),
            presence: Presence::Stays,
            served: None,
        }
    }

    /// No credential at all.
    pub(crate) fn empty() -> Self {
        Self { ledger: Ledger::new(), ..Self::idle() }
    }

    /// A rotation from A to B in this state for two hours; B exists, and is not published yet.
    pub(crate) fn minted(state: State) -> Self {
        let mut scene = Self::idle();
        let mut rotation = Rotation::new(RotationId(1), Some(A), Some(VersionNo(1)), Cause::Asked);
        rotation.state = state;
        rotation.new = Some(B);
        rotation.times.since = Some(NOW - HOUR * 2);
        let is_off = matches!(state, State::Disabling | State::Watching | State::Enabling(_));
        rotation.times.off = is_off.then_some(NOW - HOUR * 2);
        rotation.watch = 1;
        scene.ledger.credentials.push(credential(B, Stage::Pending));
        scene.ledger.rotation = Some(rotation);
        scene.ledger.next_op = OpSeq(10);
        scene.watch = Watch::new(1);
        scene
    }

    /// The same after B was published as version 2, seen for an hour, with both instances of `web` moved.
    pub(crate) fn published(state: State) -> Self {
        let mut scene = Self::minted(state);
        scene.ledger.credentials[0].stage = Stage::Previous;
        scene.ledger.credentials[1].stage = Stage::Current;
        scene.ledger.versions.push(Version { no: VersionNo(2), credential: B, published: Some(NOW - HOUR * 2) });
        scene.ledger.current = Some(VersionNo(2));
        scene.ledger.next_version = VersionNo(3);
        scene.watch.progress = HOUR * 2;
        scene.watch.observed = HOUR;
        for instance in ["1", "2"] {
            scene.saw("web", instance, A, Seen::Used, NOW - HOUR * 3);
            scene.saw("web", instance, A, Seen::Dropped, NOW - HOUR);
        }
        scene
    }

    pub(crate) fn facts(&self) -> Facts<'_> {
        Facts {
            now: self.now,
            installation: &self.installation,
            secret: &self.secret,
            sheet: &self.sheet,
            policy: &self.policy,
            ledger: &self.ledger,
            watch: &self.watch,
            sightings: &self.sightings,
            reports: &self.reports,
            storms: &self.storms,
            shared: &self.shared,
            presence: self.presence,
            served: self.served,
        }
    }

    pub(crate) fn rotation(&self) -> Rotation {
        self.ledger.rotation.clone().unwrap()
    }

    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Rotation)) {
        change(self.ledger.rotation.as_mut().unwrap());
    }

    /// The scene with a change.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub(crate) fn saw(&mut self, consumer: &str, instance: &str, what: CredentialNo, seen: Seen, at: Timestamp) {
        let (consumer, instance) = (consumer.to_owned(), instance.to_owned());
        let credential = Some(what);
        self.sightings.push(Sighting { consumer, instance, credential, seen, last: at, lease_until: None });
    }

    /// `payments/staging` holds the value of A.
    pub(crate) fn share(&mut self, stage: Stage) {
        let secret = "payments/staging".parse().unwrap();
        let theirs = Credential { stage, ..self.ledger.credentials[0].clone() };
        self.shared = vec![Holder::new(A, secret, &theirs, None)];
    }

    pub(crate) fn reported(&mut self, who: (&str, &str), credential: CredentialNo, ok: u64, refused: u64) {
        let (consumer, instance) = (who.0.to_owned(), who.1.to_owned());
        let refused_at = (refused > 0).then_some(self.now - Duration::from_secs(1));
        let told = Report { ok, refused, refused_at, ..Report::default() };
        let known = |r: &&mut Report| (&r.consumer, &r.instance, r.credential) == (&consumer, &instance, credential);
        if let Some(report) = self.reports.iter_mut().find(known) {
            return report.add(&told, self.now);
        }
        let mut report = Report { consumer, instance, credential, ..Report::default() };
        report.add(&told, self.now);
        self.reports.push(report);
    }

    /// What an event leads to, or why it is refused.
    pub(crate) fn tried(&self, event: Event) -> Result<After, Refused> {
        let before = self.rotation();
        let transition = step(before.clone(), &self.facts(), event)?;
        Ok(After { rotation: transition.rotation.clone().unwrap_or(before), transition })
    }

    pub(crate) fn wake(&self) -> After {
        self.tried(Event::Woke).unwrap()
    }

    pub(crate) fn ask(&self, request: Request) -> Result<After, Refused> {
        self.tried(Event::Asked(request))
    }

    /// What an answer to this effect leads to.
    pub(crate) fn answer(&self, effect: Effect, answer: Answer) -> After {
        let mut scene = self.clone();
        let pending = Operation { seq: OpSeq(9), effect, deadline: NOW, lands_until: self.lands() };
        scene.change(|rotation| rotation.pending = Some(pending));
        scene.tried(Event::Answered { seq: OpSeq(9), answer }).unwrap()
    }

    /// What an engine does that finds this effect pending after a crash.
    pub(crate) fn recover(&self, effect: Effect) -> After {
        let mut scene = self.clone();
        let pending = Operation { seq: OpSeq(9), effect, deadline: NOW, lands_until: self.lands() };
        scene.change(|rotation| rotation.pending = Some(pending));
        scene.tried(Event::Recovered(OpSeq(9))).unwrap()
    }

    /// Until when a call may still land whose deadline is now.
    pub(crate) fn lands(&self) -> Timestamp {
        NOW + self.sheet.quiescence
    }

    /// Commits what a step decided.
    pub(crate) fn commit(&mut self, after: &After) {
        let (expected, epoch) = (self.ledger.revision, self.ledger.epoch);
        let transition = after.transition.clone();
        self.ledger.apply(Commit { expected, epoch, at: self.now, transition }).unwrap();
    }
}

/// What a step led to.
#[derive(Clone, Debug)]
pub(crate) struct After {
    pub(crate) rotation: Rotation,
    pub(crate) transition: Transition,
}

impl After {
    pub(crate) fn effect(&self) -> Option<&Effect> {
        self.rotation.pending.as_ref().map(|pending| &pending.effect)
    }

    pub(crate) fn state(&self) -> State {
        self.rotation.state
    }

    pub(crate) fn held(&self) -> Option<&HoldReason> {
        self.rotation.hold.as_ref().map(|hold| &hold.reason)
    }

    /// The row of a credential, where it changes.
    pub(crate) fn row(&self, no: CredentialNo) -> Option<&Credential> {
        self.transition.changes.iter().rev().find_map(|change| {
            let Change::Credential(credential) = change else { return None };
            (credential.no == no).then_some(credential)
        })
    }

    pub(crate) fn raises(&self, kind: keybaton_core::ledger::AlertKind) -> bool {
        self.transition.changes.iter().any(|change| matches!(change, Change::Raise(alert) if alert.kind == kind))
    }

    /// Whether it waits, with nothing in flight, and looks again at this time.
    pub(crate) fn waits_until(&self, at: Timestamp) -> bool {
        self.effect().is_none() && self.rotation.times.wake == Some(at) && self.transition.look == Some(at)
    }
}

pub(crate) fn credential(no: CredentialNo, stage: Stage) -> Credential {
    Credential {
        no,
        issued: Some(IssuedId(format!("key_{no}"))),
        label: None,
        origin: Origin::Minted,
        stage,
        far: Far::Active,
        condemned: false,
        born: NOW - DAY,
    }
}

pub(crate) fn done(found: Found) -> Answer {
    Answer::Done(found)
}

pub(crate) fn why(blame: Blame) -> Why {
    Why::new(blame, "words")
}

pub(crate) fn not_sent() -> Answer {
    Answer::NotSent(why(Blame::Transient))
}

pub(crate) fn refused(blame: Blame) -> Answer {
    Answer::Refused(why(blame))
}

pub(crate) fn unknown() -> Answer {
    Answer::Unknown(why(Blame::Transient))
}

/// The answers of a call that did not end well, a crash aside.
pub(crate) fn failures() -> [Answer; 3] {
    [not_sent(), refused(Blame::Transient), unknown()]
}

pub(crate) fn agent(name: &str, instances: u32) -> Consumer {
    Consumer { name: name.to_owned(), evidence: Evidence::Agent { instances } }
}

fn sheet() -> Sheet {
    Sheet {
        max_credentials: Some(2),
        listing: Ability::Has,
        switching: Ability::Has,
        last_used_lag: None,
        sessions: Ability::Lacks,
        chooser: Chooser::Issuer,
        addressing: Addressing::Once,
        vault: Fencing::Fenced,
        propagation: MINUTE,
        quiescence: Duration::from_secs(30),
        timeout: Duration::from_secs(10),
    }
}

fn policy() -> Policy {
    Policy {
        overlap: Overlap { min: HOUR, max: DAY * 7, until: Until::AllConsumers, on_straggler: OnStraggler::Hold },
        watch: WatchFor { span: MINUTE * 30, every: MINUTE, failures: 2 },
        rollback: Rollback::Auto,
        force_after: MINUTE,
        ttl: MINUTE * 10,
        max_stale: HOUR,
        max_request: Duration::from_secs(10),
        consumers: vec![agent("web", 2)],
        max_age: None,
    }
}
