//! What a search has exercised: phases, refusals and rules, so that nothing holds only because it never happened.

use std::collections::BTreeSet;

use keybaton_core::{
    answer::Answer,
    ledger::{AlertKind, Change},
    rotation::{Effect, Event, HoldReason, Refused, Request, Rotation, State, Transition, Way},
};
use keybaton_types::{OpSeq, Outcome, Phase};

use crate::world::{World, action::Action, person::Person, setting::Setting, turn::Turned};

/// A rule of the protocol, by its number in the design.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rule(pub(crate) u8);

/// The rules, numbered from 1.
pub(crate) const RULES: u8 = 14;

/// Every way to refuse a step.
pub(crate) const REFUSALS: [Refused; 11] = [
    Refused::StaleAnswer,
    Refused::Busy,
    Refused::Over,
    Refused::Begun,
    Refused::NoConsumers,
    Refused::Restored,
    Refused::TooLate,
    Refused::AlreadyBack,
    Refused::NothingToGoBackTo,
    Refused::NothingToForce,
    Refused::NotHeld,
];

/// Every phase that a rotation shows.
pub(crate) const PHASES: [Phase; 16] = [
    Phase::Minting,
    Phase::Proving,
    Phase::Publishing,
    Phase::Draining,
    Phase::Disabling,
    Phase::Watching,
    Phase::Enabling,
    Phase::Revoking,
    Phase::Confirming,
    Phase::PublishingBack,
    Phase::DrainingBack,
    Phase::RevokingBack,
    Phase::ConfirmingBack,
    Phase::Done,
    Phase::RolledBack,
    Phase::Held,
];

/// What a person can be asked to do: make B, delete A, delete B.
pub(crate) const ERRANDS: [Phase; 3] = [Phase::Minting, Phase::Confirming, Phase::ConfirmingBack];

/// Where a storm is said to have another cause than B: after both were tried, and when A is switched on again.
pub(crate) const STORMS: [Phase; 2] = [Phase::Draining, Phase::Watching];

/// Where a drain looks anew because a person ended its hold.
pub(crate) const LOOKS: [Phase; 2] = [Phase::Draining, Phase::DrainingBack];

/// In so many states of a search the machine is asked for what nobody would ask.
const ENOUGH: u32 = 2_000;

/// What was exercised.
#[derive(Clone, Debug, Default)]
pub(crate) struct Coverage {
    /// Phases that a rotation was in.
    pub(crate) phases: BTreeSet<Phase>,
    /// Refusals that were given.
    pub(crate) refusals: BTreeSet<Refused>,
    /// Rules that decided something.
    pub(crate) rules: BTreeSet<Rule>,
    /// What a person was asked to do, and whether that was said to be late.
    pub(crate) errands: BTreeSet<(Phase, bool)>,
    /// In which phases a storm was said to have another cause than B.
    pub(crate) storms: BTreeSet<Phase>,
    /// In which phases a drain looked anew because a person ended its hold.
    pub(crate) looks: BTreeSet<Phase>,
    asked: u32,
}

impl Coverage {
    /// Adds another search's.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.phases.extend(other.phases);
        self.refusals.extend(other.refusals);
        self.rules.extend(other.rules);
        self.errands.extend(other.errands);
        self.storms.extend(other.storms);
        self.looks.extend(other.looks);
    }

    /// Asks for what nobody would ask in this state.
    pub(crate) fn ask(&mut self, world: &World, setting: &Setting) {
        if self.asked >= ENOUGH {
            return;
        }
        self.asked += 1;
        let seq = OpSeq(u64::MAX);
        let requests = [Request::Rollback, Request::Force, Request::Resume].map(Event::Asked);
        for event in requests.into_iter().chain([Event::Started, Event::Recovered(seq)]) {
            let refused = world.decide(setting, event).and_then(|turned| turned.result.err());
            self.refusals.extend(refused);
        }
    }

    /// Notes what one action exercised.
    pub(crate) fn note(
        &mut self,
        setting: &Setting,
        before: &World,
        action: Action,
        turned: Option<&Turned>,
        after: &World,
    ) {
        self.phases.extend(after.ledger.rotation.as_ref().map(Rotation::phase));
        self.errands.extend(errand(after));
        if action == Action::Thaw {
            self.rules.insert(Rule(7));
        }
        if let Action::Restart(index) = action
            && remembers(&before.people[usize::from(index)])
        {
            self.rules.insert(Rule(6));
        }
        let Some(turned) = turned else { return };
        match &turned.result {
            Ok(transition) => {
                self.decided(turned, transition);
                self.beyond(transition, after, setting);
            }
            Err(refused) => drop(self.refusals.insert(*refused)),
        }
    }

    /// Asks a rotation that is over to go on.
    fn beyond(&mut self, transition: &Transition, after: &World, setting: &Setting) {
        let over = transition.rotation.as_ref().filter(|rotation| matches!(rotation.state, State::Ended(_)));
        let turned = over.map(|over| after.decide_on(setting, &after.ledger, over.clone(), Event::Woke));
        self.refusals.extend(turned.and_then(|turned| turned.result.err()));
    }

    fn decided(&mut self, turned: &Turned, transition: &Transition) {
        if raises(transition, AlertKind::Storm) {
            self.storms.insert(turned.before.state.phase());
        }
        let Some(after) = &transition.rotation else { return };
        if let (State::Draining(_), Some(Effect::ReadBack)) = (after.state, pending(after)) {
            self.looks.insert(after.state.phase());
        }
        match after.state {
            State::Ended(Outcome::Done) => self.phases.insert(Phase::Done),
            State::Ended(Outcome::RolledBack) => self.phases.insert(Phase::RolledBack),
            _ => self.phases.insert(after.state.phase()),
        };
        for (number, check) in (1..).zip(DECISIONS) {
            if check(turned, transition, after) {
                self.rules.insert(Rule(number));
            }
        }
    }
}

/// What a person is asked to do in this world, by the phase that it is asked in, and whether it is late.
fn errand(world: &World) -> Option<(Phase, bool)> {
    let rotation = world.ledger.rotation.as_ref()?;
    rotation.hold.as_ref()?.reason.errand()?;
    let late = world.ledger.alerts.iter().any(|alert| alert.kind == AlertKind::PersonLate);
    Some((rotation.state.phase(), late))
}

/// Whether a restart finds on the disk what was acknowledged before.
fn remembers(person: &Person) -> bool {
    person.disk.is_some_and(|held| Some(held) == person.mem && person.good == Some(held.value))
}

type Check = fn(&Turned, &Transition, &Rotation) -> bool;

/// For each rule, what shows that it decided a step. R6 and R7 are the world's: see [`Coverage::note`].
const DECISIONS: [Check; 14] = [
    |_, _, after| matches!(pending(after), Some(Effect::Create { .. })),
    |_, done, after| condemns(done) && matches!(pending(after), Some(Effect::Destroy { .. })),
    |turned, _, _| {
        matches!(
            (pending(&turned.before), &turned.event),
            (Some(Effect::Publish { .. }), Event::Answered { answer: Answer::Refused(_), .. })
        )
    },
    |_, _, after| is_back(after) && matches!(pending(after), Some(Effect::Publish { .. })),
    |turned, _, after| turned.before.state == State::Draining(Way::Forward) && leaves(after) && !after.forced,
    |_, _, _| false,
    |_, _, _| false,
    |_, _, after| matches!(pending(after), Some(Effect::Sweep { .. })),
    |_, _, after| after.times.landing.is_some() && after.pending.is_none(),
    |_, done, _| done.changes.iter().any(|change| matches!(change, Change::Current(_))),
    |_, _, after| after.hold.as_ref().is_some_and(|hold| hold.reason == HoldReason::Restored),
    |turned, _, after| matches!(turned.before.state, State::Confirming(..)) && matches!(after.state, State::Ended(_)),
    |_, done, after| is_back(after) && raises(done, AlertKind::RolledBack),
    |_, _, after| after.times.wake.is_some(),
];

fn pending(rotation: &Rotation) -> Option<&Effect> {
    rotation.pending.as_ref().map(|pending| &pending.effect)
}

fn condemns(transition: &Transition) -> bool {
    transition.changes.iter().any(|change| matches!(change, Change::Credential(c) if c.condemned))
}

fn raises(transition: &Transition, kind: AlertKind) -> bool {
    transition.changes.iter().any(|change| matches!(change, Change::Raise(alert) if alert.kind == kind))
}

fn is_back(rotation: &Rotation) -> bool {
    matches!(
        rotation.state,
        State::Publishing { way: Way::Back, .. } | State::Enabling(keybaton_core::rotation::Then::Back)
    )
}

fn leaves(rotation: &Rotation) -> bool {
    matches!(rotation.state, State::Disabling | State::Revoking(Way::Forward))
}
