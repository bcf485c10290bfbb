//! Time passes: deadlines come closer, leases run out, and an engine that is up looks at the world.

use keybaton_core::{ledger::Ledger, rotation::State, watch::Observation};
use keybaton_types::{Moment, Timestamp};

use super::{
    World,
    engine::Engine,
    person::Kind,
    setting::{Flaw, Setting},
    time::{NOW, TICK, tick},
};

impl World {
    /// One tick passes.
    pub(crate) fn tick(&mut self, setting: &Setting) {
        let back = |at: &mut Timestamp| *at = *at - TICK;
        shift(&mut self.ledger);
        if let Some(backup) = &mut self.backup {
            shift(&mut backup.ledger);
        }
        if let Some(last) = &mut self.watch.last {
            back(&mut last.wall);
            last.boot = last.wall.0;
        }
        let watched = [&mut self.watch.quiet_since, &mut self.watch.last_used, &mut self.watch.diagnosed];
        watched.into_iter().chain([&mut self.storm]).flatten().for_each(back);
        for flight in &mut self.flights {
            flight.until.iter_mut().for_each(back);
        }
        for person in &mut self.people {
            [&mut person.until, &mut person.spare].into_iter().flatten().for_each(back);
            for trace in person.seen.iter_mut().chain(&mut person.saved) {
                back(&mut trace.last);
                trace.lease.iter_mut().for_each(back);
            }
            person.tallies.iter_mut().flat_map(|tally| tally.refused.iter_mut()).for_each(back);
            if person.kind == Kind::Agent && person.until.is_some_and(|until| until <= NOW) {
                person.wipe();
            } else if person.spare.is_some_and(|until| until <= NOW) && setting.flaw != Flaw::FallbackAfterAck {
                person.wipe_spare();
            }
        }
        for key in &mut self.issuer.keys {
            key.ripe = true;
        }
        if self.engines.iter().any(|engine| matches!(engine, Engine::Up { busy: false })) {
            self.observe(setting);
        }
    }

    /// What an engine sees that stays.
    fn observe(&mut self, setting: &Setting) {
        let Some(rotation) = &self.ledger.rotation else { return };
        match rotation.state {
            State::Draining(_) | State::Disabling | State::Watching | State::Enabling(_) => {}
            State::Minting(_)
            | State::Proving { .. }
            | State::Publishing { .. }
            | State::Revoking(_)
            | State::Confirming(..)
            | State::Ended(_) => return,
        }
        let (old, new) = self.runners();
        let at = tick(0);
        let lists = setting.sheet.listing.has() && setting.sheet.switching.has();
        let seen = Observation {
            at: Moment { wall: at, boot: at.0, boot_id: 1 },
            new: self.probe(rotation.new),
            old: self.probe(rotation.old),
            old_enabled: old.filter(|_| lists).and_then(|old| self.issuer.holds(old)).map(|key| key.on),
            served: Some(self.serving()),
            sessions: setting.sheet.sessions.has().then(|| {
                u32::from([old, new].into_iter().flatten().any(|value| self.issuer.sessions.contains(&value)))
            }),
            last_used: None,
            issuer: None,
            vault: None,
        };
        self.watch.note(&seen, setting.policy.watch.every);
        self.ghost.attended = self.ghost.attended.saturating_add(1);
    }
}

fn shift(ledger: &mut Ledger) {
    let Some(rotation) = &mut ledger.rotation else { return };
    let times = &mut rotation.times;
    let back = |at: &mut Timestamp| *at = *at - TICK;
    [&mut times.wake, &mut times.since, &mut times.off, &mut times.landing, &mut times.told]
        .into_iter()
        .flatten()
        .for_each(back);
    if let Some(pending) = &mut rotation.pending {
        back(&mut pending.lands_until);
    }
}
