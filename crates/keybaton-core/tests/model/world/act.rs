//! One action: the world after it, in its normal form.

use keybaton_core::{
    ledger::{Commit, Conflict, Ledger},
    rotation::{Event, Transition},
};
use keybaton_types::{Epoch, OpSeq};

use super::{
    World,
    action::{Action, Reply},
    breach::Breach,
    engine::Engine,
    issuer::Spoilt,
    setting::{Flaw, Setting},
    time::NOW,
    turn::Turned,
};

impl World {
    /// Lets an action of the menu happen.
    pub(crate) fn act(&mut self, setting: &Setting, action: Action) -> Option<Turned> {
        let turned = self.happen(setting, action);
        self.normalise(setting);
        turned
    }

    fn happen(&mut self, setting: &Setting, action: Action) -> Option<Turned> {
        match action {
            Action::Claim => self.claim(),
            Action::Turn => {
                let event = self.due()?;
                return self.turn(setting, event);
            }
            Action::Answer(reply) => return self.answer(setting, reply),
            Action::Crash => self.crash(setting),
            Action::Steal => self.steal(setting),
            Action::Thaw => self.thaw(setting),
            Action::Land(index) => {
                let flight = self.flights.remove(usize::from(index));
                self.land(setting, flight.call, flight.epoch, flight.seq);
            }
            Action::Drop(index) => drop(self.flights.remove(usize::from(index))),
            Action::Fetch(index) => self.fetch(setting, usize::from(index)),
            Action::Use(index) => self.employ(setting, usize::from(index)),
            Action::Erase(index) => self.clear(setting, usize::from(index)),
            Action::Flush(index) => {
                let person = &mut self.people[usize::from(index)];
                person.disk = person.mem;
            }
            Action::Restart(index) => self.restart(usize::from(index)),
            Action::Vanish(index) => {
                self.budget.vanish -= 1;
                let person = &mut self.people[usize::from(index)];
                person.alive = false;
                person.wipe();
            }
            Action::Forget(index) => self.forget(usize::from(index)),
            Action::Spoil => self.spoil(Spoilt::AtConsumers),
            Action::Kill => self.spoil(Spoilt::Everywhere),
            Action::Alarm(index) => {
                self.budget.alert -= 1;
                let new = self.ledger.rotation.as_ref()?.new?;
                self.cry_wolf(usize::from(index), new);
            }
            Action::Storm => self.storm(),
            Action::Move => self.move_guest(),
            Action::Meddle => self.meddle(),
            Action::Scribble => {
                self.budget.scribble -= 1;
                self.vault.covered = !self.vault.covered;
            }
            Action::Ask(request) => {
                if request != keybaton_core::rotation::Request::Resume {
                    self.budget.ask -= 1;
                }
                return self.turn(setting, Event::Asked(request));
            }
            Action::Hand => self.hand(setting),
            Action::Delete => self.delete(),
            Action::Backup => self.back_up(),
            Action::Restore => self.restore(setting),
            Action::Trust => return self.trust(setting),
            Action::Start => {
                self.budget.again -= 1;
                self.start(setting);
            }
            Action::Tick => self.tick(setting),
        }
        None
    }

    fn claim(&mut self) {
        if let Some(engine) = self.engines.iter_mut().find(|engine| **engine == Engine::Down) {
            *engine = Engine::Up { busy: false };
            self.ledger.epoch = self.ledger.epoch.next();
        }
    }

    fn answer(&mut self, setting: &Setting, reply: Reply) -> Option<Turned> {
        let operation = self.ledger.rotation.as_ref()?.pending.clone()?;
        if matches!(reply, Reply::NotSent | Reply::Refused | Reply::Lost) {
            self.budget.lose -= 1;
        }
        let answer = self.perform(setting, &operation, reply);
        self.turn(setting, Event::Answered { seq: operation.seq, answer })
    }

    /// What the engine was doing when it stopped: it may have sent its call, or not.
    fn abandon(&mut self, setting: &Setting) -> Option<OpSeq> {
        let operation = self.ledger.rotation.as_ref().and_then(|rotation| rotation.pending.clone());
        let busy = self.engines.contains(&Engine::Up { busy: true });
        let operation = operation.filter(|_| busy)?;
        self.launch(setting, &operation);
        Some(operation.seq)
    }

    fn crash(&mut self, setting: &Setting) {
        self.budget.crash -= 1;
        self.abandon(setting);
        self.replace_up(Engine::Down);
    }

    fn steal(&mut self, setting: &Setting) {
        self.budget.steal -= 1;
        let seq = self.abandon(setting);
        let believed = setting.flaw == Flaw::LedgerUnfenced;
        let copy = believed.then(|| Box::new(self.ledger.clone()));
        self.replace_up(Engine::Paused { epoch: self.ledger.epoch, seq, copy });
        self.claim();
    }

    fn replace_up(&mut self, by: Engine) {
        if let Some(engine) = self.engines.iter_mut().find(|engine| matches!(engine, Engine::Up { .. })) {
            *engine = by;
        }
        self.engines.sort_unstable_by_key(|engine| matches!(engine, Engine::Paused { .. }));
    }

    /// A paused engine goes on where it was: its call may have landed meanwhile, and it commits under its old lease.
    fn thaw(&mut self, setting: &Setting) {
        let Some(index) = self.engines.iter().position(|engine| matches!(engine, Engine::Paused { .. })) else {
            return;
        };
        let Engine::Paused { epoch, seq, copy } = std::mem::replace(&mut self.engines[index], Engine::Down) else {
            return;
        };
        match copy {
            Some(copy) => self.overwrite(setting, epoch, seq, &copy),
            None => self.bounce(epoch),
        }
    }

    fn bounce(&mut self, epoch: Epoch) {
        let transition = Transition::idle(None);
        let late = Commit { expected: self.ledger.revision, epoch, at: NOW, transition };
        if self.ledger.apply(late) != Err(Conflict::Epoch) {
            self.ghost.breach = Some(Breach::TwoWriters);
        }
    }

    /// The store believes an engine whose lease is over.
    fn overwrite(&mut self, setting: &Setting, epoch: Epoch, seq: Option<OpSeq>, copy: &Ledger) {
        let Some((seq, rotation)) = seq.zip(copy.rotation.clone()) else { return };
        let Some(pending) = rotation.pending.clone() else { return };
        let sent = self.flights.iter().position(|flight| (flight.epoch, flight.seq) == (epoch, seq));
        let answer = match sent {
            Some(index) => {
                let flight = self.flights.remove(index);
                self.land(setting, flight.call, epoch, seq)
            }
            None => self.perform(setting, &pending, Reply::Done),
        };
        let event = Event::Answered { seq: pending.seq, answer };
        let turned = self.decide_on(setting, copy, rotation, event);
        let Ok(transition) = turned.result else { return };
        let commit = Commit { expected: self.ledger.revision, epoch: self.ledger.epoch, at: NOW, transition };
        self.ledger.apply(commit).expect("nothing else writes");
        self.replace_up(Engine::Up { busy: false });
    }

    fn clear(&mut self, setting: &Setting, index: usize) {
        let Some(loser) = self.retiring() else { return };
        let person = &self.people[index];
        let holds = person.mem.is_some_and(|held| held.value == loser) || person.disk.is_some_and(|h| h.value == loser);
        if !holds {
            self.erase(setting, index, loser);
        }
    }

    fn spoil(&mut self, how: Spoilt) {
        self.budget.alert -= 1;
        self.issuer.spoilt = self.runners().1.map(|new| (new, how));
    }

    fn meddle(&mut self) {
        self.budget.meddle -= 1;
        self.ghost.meddled = true;
        let old = self.runners().0;
        for key in self.issuer.keys.iter_mut().filter(|key| Some(key.value) == old) {
            key.on = !key.on;
        }
    }
}
