//! What can happen next, within the budget.

use keybaton_core::rotation::{Effect, Hold, Request, Resumes, State, Way};

use super::{
    World,
    action::{Action, Reply},
    call::Call,
    engine::Engine,
    person::Kind,
    setting::{Flaw, Setting},
    time::tick,
};

impl World {
    /// Everything that can happen next.
    pub(crate) fn menu(&self, setting: &Setting) -> Vec<Action> {
        let mut menu = Vec::new();
        let quiet = self.engine_actions(setting, &mut menu);
        self.far_actions(&mut menu);
        if self.ledger.rotation.is_some() || self.budget.again > 0 || self.issuer.spoilt.is_some() {
            for index in 0..self.people.len() {
                self.person_actions(setting, index, &mut menu);
            }
        }
        self.outsider_actions(setting, &mut menu);
        self.human_actions(&mut menu);
        self.errands(setting, &mut menu);
        if quiet && self.may_tick() {
            menu.push(Action::Tick);
        }
        menu
    }

    /// The engines' actions; answers whether time may pass: an engine that has something to do is faster than a tick.
    fn engine_actions(&self, setting: &Setting, menu: &mut Vec<Action>) -> bool {
        if self.engines.iter().any(|engine| matches!(engine, Engine::Paused { .. })) {
            menu.push(Action::Thaw);
        }
        let Some(rotation) = &self.ledger.rotation else {
            if self.budget.again > 0 {
                menu.push(Action::Start);
            }
            return true;
        };
        let up = self.engines.iter().find_map(|engine| match engine {
            Engine::Up { busy } => Some(*busy),
            Engine::Down | Engine::Paused { .. } => None,
        });
        let spare = self.engines.contains(&Engine::Down);
        let Some(busy) = up else {
            if spare {
                menu.push(Action::Claim);
            }
            return true;
        };
        if self.budget.crash > 0 {
            menu.push(Action::Crash);
        }
        if self.budget.steal > 0 && spare {
            menu.push(Action::Steal);
        }
        if let Some(pending) = rotation.pending.as_ref().filter(|_| busy) {
            self.answers(&pending.effect, menu);
            return false;
        }
        let turned = self.due().and_then(|event| self.decide(setting, event));
        let idle = turned.is_some_and(|turned| turned.result.is_ok_and(|transition| transition.is_idle()));
        if !idle {
            menu.push(Action::Turn);
        }
        idle
    }

    fn answers(&self, effect: &Effect, menu: &mut Vec<Action>) {
        menu.push(Action::Answer(Reply::Done));
        if let Effect::Probe { credential } = effect
            && let Some(key) = self.value(*credential).and_then(|value| self.issuer.holds(value))
            && !key.ripe
        {
            menu.push(Action::Answer(Reply::Early));
        }
        if self.budget.lose > 0 {
            let ends = [Reply::NotSent, Reply::Refused, Reply::Lost];
            menu.extend(ends.into_iter().filter(|end| *end != Reply::Refused || !effect.is_read()).map(Action::Answer));
        }
    }

    fn far_actions(&self, menu: &mut Vec<Action>) {
        for index in 0..u8::try_from(self.flights.len()).expect("a few flights") {
            menu.extend([Action::Land(index), Action::Drop(index)]);
        }
    }

    fn person_actions(&self, setting: &Setting, index: usize, menu: &mut Vec<Action>) {
        let person = &self.people[index];
        let index = u8::try_from(index).expect("a few instances");
        if !person.alive {
            menu.push(Action::Forget(index));
            return;
        }
        menu.extend([Action::Fetch(index), Action::Restart(index)]);
        if person.mem.is_some() {
            menu.push(Action::Use(index));
        }
        if setting.flaw == Flaw::AckBeforeDisk && person.kind == Kind::Agent && person.disk != person.mem {
            menu.push(Action::Flush(index));
        }
        if person.kind == Kind::Agent && self.retiring().is_some_and(|loser| person.good == Some(loser)) {
            menu.push(Action::Erase(index));
        }
        if self.budget.vanish > 0 {
            menu.push(Action::Vanish(index));
        }
        if self.budget.alert > 0 && self.ledger.rotation.as_ref().is_some_and(|rotation| rotation.new.is_some()) {
            menu.push(Action::Alarm(index));
        }
    }

    fn outsider_actions(&self, setting: &Setting, menu: &mut Vec<Action>) {
        let (old, new) = self.runners();
        if self.budget.alert > 0
            && !self.dies_by_hand(setting)
            && new.is_some_and(|new| self.issuer.holds(new).is_some())
        {
            menu.extend([Action::Spoil, Action::Kill]);
        }
        if self.may_storm() {
            menu.push(Action::Storm);
        }
        if self.may_move() {
            menu.push(Action::Move);
        }
        if self.budget.scribble > 0 && self.ledger.rotation.is_some() {
            menu.push(Action::Scribble);
        }
        if self.budget.meddle > 0 && old.is_some_and(|old| self.issuer.holds(old).is_some()) {
            menu.push(Action::Meddle);
        }
    }

    fn human_actions(&self, menu: &mut Vec<Action>) {
        let creating = self.flights.iter().any(|flight| matches!(flight.call, Call::Create(..)));
        if self.budget.restore > 0 && !creating {
            menu.push(if self.backup.is_some() { Action::Restore } else { Action::Backup });
        }
        let up = self.engines.contains(&Engine::Up { busy: false });
        if self.ledger.restored && up {
            menu.push(Action::Trust);
            return;
        }
        let Some(rotation) = self.ledger.rotation.as_ref().filter(|_| up && !self.fresh) else { return };
        if rotation.pending.is_some() {
            return;
        }
        let errand = rotation.hold.as_ref().is_some_and(|hold| hold.reason.errand().is_some());
        if rotation.hold.as_ref().is_some_and(waits_for_a_person) || (errand && self.may_say_so()) {
            menu.push(Action::Ask(Request::Resume));
        }
        if self.budget.ask > 0 {
            menu.extend([Request::Rollback, Request::Force, Request::Hasten].map(Action::Ask));
        }
    }

    /// The loser that the server has marked as retiring.
    pub(crate) fn retiring(&self) -> Option<super::issuer::Value> {
        let (old, new) = self.runners();
        match self.ledger.rotation.as_ref()?.state {
            State::Draining(Way::Forward) => old,
            State::Draining(Way::Back) => new,
            State::Minting(_)
            | State::Proving { .. }
            | State::Publishing { .. }
            | State::Disabling
            | State::Watching
            | State::Enabling(_)
            | State::Revoking(_)
            | State::Confirming(..)
            | State::Ended(_) => None,
        }
    }

    /// Time passes only when every call that ends within it has landed or is lost; at rest nothing waits for time.
    fn may_tick(&self) -> bool {
        let busy = self.ledger.rotation.is_some() || self.budget.again > 0 || !self.flights.is_empty();
        busy && self.flights.iter().all(|flight| flight.until.is_none_or(|until| until > tick(1)))
    }
}

fn waits_for_a_person(hold: &Hold) -> bool {
    hold.reason.resumes() == Resumes::ByHuman
}
