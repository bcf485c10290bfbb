//! An engine's turn: the shipped `step` decides, the shipped `Ledger::apply` records.

use keybaton_core::{
    facts::{Facts, Presence},
    ledger::{Commit, Far, Ledger},
    policy::Until,
    rotation::{Cause, Event, Refused, Request, Rotation, State, Transition, Way},
    watch::Watch,
};
use keybaton_types::Epoch;

use super::{
    World,
    breach::Breach,
    engine::Engine,
    issuer::{CHOSEN, Value},
    setting::Setting,
    time::NOW,
};

/// A step that was decided, for whoever keeps count.
#[derive(Clone, Debug)]
pub(crate) struct Turned {
    /// The rotation before it.
    pub(crate) before: Rotation,
    /// What had happened.
    pub(crate) event: Event,
    /// What was decided.
    pub(crate) result: Result<Transition, Refused>,
}

impl World {
    /// Decides one step without recording it.
    pub(crate) fn decide(&self, setting: &Setting, event: Event) -> Option<Turned> {
        let before = self.ledger.rotation.clone()?;
        Some(self.decide_on(setting, &self.ledger, before, event))
    }

    pub(crate) fn decide_on(&self, setting: &Setting, ledger: &Ledger, before: Rotation, event: Event) -> Turned {
        let (sightings, reports, storms) = (self.sightings(), self.reports(), self.storms());
        let shared = self.guests(setting);
        let facts = Facts {
            now: NOW,
            installation: &setting.installation,
            secret: &setting.secret,
            sheet: &setting.sheet,
            policy: &setting.policy,
            ledger,
            watch: &self.watch,
            sightings: &sightings,
            reports: &reports,
            storms: &storms,
            shared: &shared,
            presence: Presence::Stays,
            served: None,
        };
        let result = (setting.law)(before.clone(), &facts, event.clone());
        Turned { before, event, result }
    }

    /// What the engine that holds the lease has to decide next, where nothing is in flight.
    pub(crate) fn due(&self) -> Option<Event> {
        let rotation = self.ledger.rotation.as_ref()?;
        Some(match &rotation.pending {
            Some(pending) => Event::Recovered(pending.seq),
            None if self.fresh => Event::Started,
            None => Event::Woke,
        })
    }

    /// Decides one step and records it under the present lease.
    pub(crate) fn turn(&mut self, setting: &Setting, event: Event) -> Option<Turned> {
        let turned = self.decide(setting, event)?;
        self.fresh = false;
        if is_deaf(&turned) {
            self.ghost.breach = Some(Breach::Deaf);
        }
        match &turned.result {
            Ok(transition) => self.commit(setting, &turned, transition.clone(), self.ledger.epoch),
            Err(_) if turned.event == Event::Started => self.ledger.rotation = None,
            Err(_) if matches!(turned.event, Event::Asked(_)) => {}
            Err(_) => self.ghost.breach = Some(Breach::Stuck),
        }
        Some(turned)
    }

    fn commit(&mut self, setting: &Setting, turned: &Turned, transition: Transition, epoch: Epoch) {
        if transition.is_idle() {
            return;
        }
        let condemned = self.condemned();
        self.judge_back(setting, turned, &transition);
        let commit = Commit { expected: self.ledger.revision, epoch, at: NOW, transition };
        self.ledger.apply(commit).expect("the lease is held and nothing else writes");
        self.seal(setting);
        self.empty_drawer(setting);
        self.judge(setting, turned, &condemned);
        let (busy, watch) = match &self.ledger.rotation {
            Some(rotation) => (rotation.pending.is_some(), rotation.watch),
            None => (false, 0),
        };
        if watch != self.watch.no {
            self.watch = Watch::new(watch);
            self.ghost.attended = 0;
        }
        if let Some(engine) = self.engines.iter_mut().find(|engine| matches!(engine, Engine::Up { .. })) {
            *engine = Engine::Up { busy };
        }
    }

    /// The values that travel with a commit are sealed by it.
    fn seal(&mut self, setting: &Setting) {
        for credential in &self.ledger.credentials {
            let by_hand = setting.sheet.chooser.errand().is_some() && credential.issued.is_none();
            if by_hand || self.sealed.iter().any(|(no, _)| *no == credential.no) {
                continue;
            }
            let handed = credential.issued.as_ref().and_then(|id| self.handed_value(id.0.parse().ok()?));
            let drawn = Value(CHOSEN + u8::try_from(credential.no.0).expect("a few credentials"));
            let issued =
                credential.issued.as_ref().and_then(|id| self.issuer.keys.iter().find(|k| k.id.to_string() == id.0));
            let value = match (credential.far, issued) {
                _ if handed.is_some() => handed.unwrap_or(drawn),
                (Far::Unborn, _) | (_, None) => drawn,
                (_, Some(key)) => key.value,
            };
            self.sealed.push((credential.no, value));
        }
    }

    fn condemned(&self) -> Vec<bool> {
        self.ledger.credentials.iter().map(|c| c.condemned).collect()
    }

    /// Notes what a condemning commit was allowed to do.
    fn judge(&mut self, setting: &Setting, turned: &Turned, before: &[bool]) {
        if self.condemned() == before {
            return;
        }
        let Some(rotation) = &self.ledger.rotation else { return };
        let by_time = setting.policy.overlap.until == Until::Time;
        self.ghost.cut |= rotation.forced || rotation.cause == Cause::Leaked || by_time;
        let watched = match turned.before.state {
            State::Draining(Way::Forward) | State::Watching => self.ghost.attended > setting.watched(),
            State::Minting(_)
            | State::Proving { .. }
            | State::Publishing { .. }
            | State::Draining(Way::Back)
            | State::Disabling
            | State::Enabling(_)
            | State::Revoking(_)
            | State::Confirming(..)
            | State::Ended(_) => true,
        };
        if !watched && !self.ghost.cut {
            self.ghost.breach = Some(Breach::Unwatched);
        }
    }
}

/// Whether a person ended a hold, and nobody looked whether its reason is gone.
fn is_deaf(turned: &Turned) -> bool {
    let Ok(transition) = &turned.result else { return false };
    let after = transition.rotation.as_ref().unwrap_or(&turned.before);
    let reason = |rotation: &Rotation| rotation.hold.as_ref().map(|hold| hold.reason.clone());
    let same = after.hold.is_some() && reason(after) == reason(&turned.before);
    same && after.pending.is_none() && turned.event == Event::Asked(Request::Resume)
}

impl Setting {
    /// How many ticks a watch needs.
    fn watched(&self) -> u8 {
        u8::try_from(self.policy.watch.span.as_secs()).expect("a small span")
    }
}
