//! One turn: read the ledger, make one step, commit it, perform what it asks.

use std::sync::Arc;

use keybaton_core::{
    confirmed::confirmed,
    facts::{Facts, Presence},
    ledger::{Change, Commit, Conflict, Far, Ledger},
    look,
    rotation::{Cause, Event, Refused, Request, Rotation, Transition, step},
    sheet::Chooser,
};
use keybaton_ports::{Ask, Attachment, StoreError, Wanted};
use keybaton_seal::{Alphabet, draw};
use keybaton_types::{CredentialNo, RotationId, Timestamp};

use crate::{
    Charge, Error, due, facts::Known, lease::Kept, observe, perform::Performer, record, safe::Safe, tidy, time::Time,
    workloads,
};

/// What a turn came to.
pub(crate) enum Turned {
    /// Something was committed: the next turn follows at once.
    Moved,
    /// A rotation waits; nothing happens by time alone before this.
    Waits(Option<Timestamp>),
    /// There is no rotation and nothing to begin.
    Idle,
    /// The schedule is due, and the machine refuses to start.
    Declined,
}

/// The answer of the last effect, on its way into the next step.
pub(crate) struct Carried {
    event: Event,
    attached: Option<Attachment>,
}

/// Makes turns for one secret under one lease.
pub(crate) struct Turns<'a> {
    pub(crate) charge: &'a Charge,
    pub(crate) safe: &'a Safe,
    pub(crate) time: &'a Arc<dyn Time>,
    pub(crate) kept: &'a Kept,
    pub(crate) holder: &'a str,
    pub(crate) presence: Presence,
}

/// What to put to the machine next.
enum Cue<'a> {
    Begin(Cause, Option<&'a Ask>),
    Step(Event, Option<&'a Ask>),
    /// A request that is settled without a step: in words.
    Settle(String, &'a Ask),
    /// A person vouches for a restored database.
    Trust(&'a Ask),
    Nothing,
}

impl Turns<'_> {
    /// Makes one turn. What `carried` holds survives an error, so that a value that the issuer told once is not lost
    /// while the store recovers.
    pub(crate) async fn turn(&self, carried: &mut Option<Carried>) -> Result<Turned, Error> {
        if !self.kept.holds() {
            return Err(self.lost());
        }
        let Some(mut known) = self.read().await? else { return Ok(Turned::Idle) };
        if known.snapshot.ledger.epoch != self.kept.epoch() {
            return Err(self.lost());
        }
        if carried.is_none() {
            known = self.observe(known).await?;
        }
        match self.cue(&known, carried.as_ref()) {
            Cue::Nothing => Ok(Turned::Idle),
            Cue::Settle(note, heard) => self.settle(note, heard).await,
            Cue::Trust(heard) => self.trust(&known, heard).await,
            Cue::Begin(cause, heard) => {
                let ledger = &known.snapshot.ledger;
                let old = ledger.current_credential().map(|credential| credential.no);
                let id = RotationId(ledger.next_rotation);
                let rotation = Rotation::new(id, old, ledger.current, cause);
                self.step(&known, rotation, Event::Started, heard, carried).await
            }
            Cue::Step(event, heard) => match known.rotation().cloned() {
                Some(rotation) => self.step(&known, rotation, event, heard, carried).await,
                None => Ok(Turned::Idle),
            },
        }
    }

    /// Looks at the world when a watch is due. What is seen is stored apart from the ledger: it is no decision.
    async fn observe(&self, known: Known) -> Result<Known, Error> {
        let Some(id) = known.rotation().map(|rotation| rotation.id) else { return Ok(known) };
        if self.next_look(&known).is_none_or(|at| at > known.snapshot.now) {
            return Ok(known);
        }
        let mut watch = known.watch().clone();
        self.charge.lane.pace().await;
        let facts = self.facts(&known);
        let seen = observe::look(&self.performer(&known.snapshot.ledger), &facts, self.time.as_ref()).await?;
        workloads::follow(&self.performer(&known.snapshot.ledger), &known.snapshot, &seen, self.holder).await;
        watch.note(&seen, self.charge.policy.watch.every);
        match self.safe.store.observe(&self.charge.secret, self.kept.epoch(), id, &watch).await {
            Err(StoreError::Conflict(_)) => Err(self.lost()),
            observed => {
                observed?;
                Ok(self.read().await?.unwrap_or(known))
            }
        }
    }

    /// When the world is looked at next, if the active rotation is watched.
    fn next_look(&self, known: &Known) -> Option<Timestamp> {
        look::next(known.rotation()?, &self.facts(known))
    }

    fn facts<'k>(&'k self, known: &'k Known) -> Facts<'k> {
        known.facts(self.charge, self.safe.store.installation(), self.presence)
    }

    async fn read(&self) -> Result<Option<Known>, Error> {
        let boot = self.time.boot();
        let snapshot = self.safe.store.read(&self.charge.secret).await?;
        Ok(snapshot.map(|snapshot| Known::new(self.charge, snapshot).read_at(boot)))
    }

    fn cue<'k>(&self, known: &'k Known, carried: Option<&Carried>) -> Cue<'k> {
        if let Some(carried) = carried {
            return Cue::Step(carried.event.clone(), None);
        }
        let ledger = &known.snapshot.ledger;
        if let Some(pending) = ledger.rotation.as_ref().and_then(|rotation| rotation.pending.as_ref()) {
            return Cue::Step(Event::Recovered(pending.seq), None);
        }
        if let Some(ask) = known.snapshot.asks.first() {
            return self.asked(known, ask);
        }
        if ledger.rotation.is_some() {
            return Cue::Step(Event::Woke, None);
        }
        if due::next(self.charge, &known.snapshot).is_some_and(|at| at <= known.snapshot.now) {
            Cue::Begin(Cause::Schedule, None)
        } else {
            Cue::Nothing
        }
    }

    /// What a request means: for the active rotation, for none, or for nobody.
    fn asked<'k>(&self, known: &'k Known, ask: &'k Ask) -> Cue<'k> {
        let ledger = &known.snapshot.ledger;
        match (ask.wanted, &ledger.rotation) {
            (Wanted::Rotate(cause), None) => match due::refusing(self.charge, &known.snapshot, cause) {
                Some(pause) => Cue::Settle(format!("refused: rotations of {} are paused", pause.scope), ask),
                None => Cue::Begin(cause, Some(ask)),
            },
            (Wanted::Rotate(Cause::Leaked), Some(_)) => Cue::Step(Event::Asked(Request::Hasten), Some(ask)),
            (Wanted::Rotate(_), Some(_)) => Cue::Settle("a rotation is active already".to_owned(), ask),
            (Wanted::Of(request), Some(_)) => Cue::Step(Event::Asked(request), Some(ask)),
            (Wanted::Of(Request::Resume), None) if ledger.restored => Cue::Trust(ask),
            (Wanted::Of(_), None) => Cue::Settle("refused: no rotation is active".to_owned(), ask),
        }
    }

    async fn step(
        &self,
        known: &Known,
        rotation: Rotation,
        event: Event,
        heard: Option<&Ask>,
        carried: &mut Option<Carried>,
    ) -> Result<Turned, Error> {
        let wake = rotation.times.wake;
        let transition = match step(rotation, &self.facts(known), event.clone()) {
            Ok(transition) => transition,
            Err(refused) => return self.refused(refused, heard, carried).await,
        };
        if transition.is_idle() {
            *carried = None;
            if let Some(heard) = heard {
                return self.settle("heard; nothing changes".to_owned(), heard).await;
            }
            let now = known.snapshot.now;
            let by_time = [transition.look, wake].into_iter().flatten().filter(|&at| at > now);
            // A look at the world that is overdue by now is still owed: without it nobody would come back.
            let owed = self.next_look(known).map(|at| at.max(now));
            return Ok(Turned::Waits(by_time.chain(owed).min()));
        }
        let came = carried.as_ref().and_then(|carried| carried.attached.clone());
        let after = self.commit(known, transition, event, heard, came).await?;
        *carried = None;
        *carried = self.perform(known, &after).await?;
        if tidy::is_due(&known.snapshot.ledger, &after) {
            tidy::tidy(&self.performer(&after)).await;
        }
        Ok(Turned::Moved)
    }

    /// Writes the step down, with the value that belongs to it: what the issuer told, or what we draw before we ask.
    async fn commit(
        &self,
        known: &Known,
        transition: Transition,
        event: Event,
        heard: Option<&Ask>,
        came: Option<Attachment>,
    ) -> Result<Ledger, Error> {
        let attached = match came {
            Some(attached) => Some(attached),
            None => self.drawn(&transition)?,
        };
        let mut after = known.snapshot.ledger.clone();
        let commit = Commit { expected: after.revision, epoch: self.kept.epoch(), at: known.snapshot.now, transition };
        let facts = self.facts(known);
        let record = record::step(self.holder, event, heard, confirmed(&facts, &commit.transition));
        self.write(&commit, &record, attached.as_ref()).await?;
        after.apply(commit).map_err(StoreError::from)?;
        Ok(after)
    }

    async fn write(
        &self,
        commit: &Commit,
        record: &keybaton_ports::Record,
        attached: Option<&Attachment>,
    ) -> Result<(), Error> {
        match self.safe.store.commit(&self.charge.secret, commit, record, attached).await {
            Err(StoreError::Conflict(Conflict::Epoch | Conflict::Revision)) => Err(self.lost()),
            Err(StoreError::Ambiguous) => self.was_written(commit).await,
            other => Ok(other?),
        }
    }

    /// A commit whose answer was lost is read back: the revision tells. One that was not written is tried again in a
    /// later turn; should it be written late, one of the two bounces.
    async fn was_written(&self, commit: &Commit) -> Result<(), Error> {
        let Some(snapshot) = self.safe.store.read(&self.charge.secret).await? else { return Err(self.lost()) };
        let ledger = snapshot.ledger;
        if ledger.epoch != commit.epoch {
            return Err(self.lost());
        }
        if ledger.revision == commit.expected {
            return Err(StoreError::Ambiguous.into());
        }
        if ledger.revision == commit.expected.next() { Ok(()) } else { Err(self.lost()) }
    }

    /// A value that we choose is drawn and sealed with the intent to use it.
    fn drawn(&self, transition: &Transition) -> Result<Option<Attachment>, Error> {
        let Some(no) = transition.changes.iter().find_map(unborn) else { return Ok(None) };
        let traits = self.charge.issuer.traits();
        if traits.chooser != Chooser::Us {
            return Ok(None);
        }
        let length = traits.draw.len;
        let value = draw(&Alphabet::ALPHANUMERIC, length)?;
        self.safe.seal(&self.charge.secret, no, &value, None).map(Some)
    }

    async fn perform(&self, known: &Known, after: &Ledger) -> Result<Option<Carried>, Error> {
        let Some(operation) = after.rotation.as_ref().and_then(|rotation| rotation.pending.as_ref()) else {
            return Ok(None);
        };
        self.charge.lane.pace().await;
        if !self.kept.holds() {
            return Err(self.lost());
        }
        let left = known.left(operation.deadline, self.time.boot());
        let performed = self.performer(after).perform(operation, left).await;
        tracing::debug!(secret = %self.charge.secret, effect = operation.effect.word(), "performed");
        let event = Event::Answered { seq: operation.seq, answer: performed.answer };
        Ok(Some(Carried { event, attached: performed.attached }))
    }

    fn performer<'a>(&'a self, ledger: &'a Ledger) -> Performer<'a> {
        Performer { charge: self.charge, safe: self.safe, ledger, epoch: self.kept.epoch() }
    }

    async fn refused(
        &self,
        refused: Refused,
        heard: Option<&Ask>,
        carried: &mut Option<Carried>,
    ) -> Result<Turned, Error> {
        if let Some(heard) = heard {
            return self.settle(format!("refused: {refused}"), heard).await;
        }
        // An answer that came too late for its operation: whatever is pending now is recovered.
        if carried.take().is_some() {
            return Ok(Turned::Moved);
        }
        tracing::warn!(secret = %self.charge.secret, %refused, "the schedule could not start a rotation");
        Ok(Turned::Declined)
    }

    async fn settle(&self, note: String, heard: &Ask) -> Result<Turned, Error> {
        self.safe.store.audit(&self.charge.secret, &record::note(self.holder, note, Some(heard))).await?;
        Ok(Turned::Moved)
    }

    async fn trust(&self, known: &Known, heard: &Ask) -> Result<Turned, Error> {
        let transition = Transition { changes: vec![Change::Trusted], ..Transition::default() };
        let commit = Commit {
            expected: known.snapshot.ledger.revision,
            epoch: self.kept.epoch(),
            at: known.snapshot.now,
            transition,
        };
        let record = record::note(self.holder, "a person vouches for the restored state", Some(heard));
        self.write(&commit, &record, None).await?;
        Ok(Turned::Moved)
    }

    fn lost(&self) -> Error {
        Error::LeaseLost(self.charge.secret.clone())
    }
}

fn unborn(change: &Change) -> Option<CredentialNo> {
    change.credential().filter(|credential| credential.far == Far::Unborn).map(|credential| credential.no)
}
