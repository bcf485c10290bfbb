//! The invariants, as checked in every state that is reached.

use keybaton_core::{
    ledger::{AlertKind, Far},
    rotation::State,
};
use keybaton_types::Outcome;

use crate::world::{
    World,
    breach::Breach,
    engine::Engine,
    guest::HELD,
    issuer::{Key, Owner, Value},
    person::Person,
};

type Check = fn(&World) -> Option<Breach>;

const CHECKS: [Check; 7] = [told, locked_out, cut_off, dead_current, old_dead, condemned_served, at_rest];

/// The first invariant that this state breaks.
pub(crate) fn broken(world: &World) -> Option<Breach> {
    CHECKS.iter().find_map(|check| check(world))
}

/// What an actor has seen go wrong.
fn told(world: &World) -> Option<Breach> {
    world.ghost.breach
}

fn locked_out(world: &World) -> Option<Breach> {
    let excused = world.ghost.cut || world.ghost.meddled;
    let out = world.people.iter().filter(|person| person.alive).any(|person| is_locked_out(world, person));
    (out && !excused).then_some(Breach::LockedOut)
}

fn is_locked_out(world: &World, person: &Person) -> bool {
    let Some(held) = person.mem else { return false };
    let falls_back = person.good.is_some_and(|good| world.issuer.serves(good));
    !world.issuer.serves(held.value) && !falls_back && !world.issuer.is_spoilt(held.value)
}

fn cut_off(world: &World) -> Option<Breach> {
    let holds = |person: &Person| [person.mem, person.disk].into_iter().flatten().any(|h| world.is_condemned(h.value));
    let guest = world.guest && world.is_condemned(HELD);
    let cut = guest || world.people.iter().any(|person| person.alive && holds(person));
    (cut && !world.ghost.cut).then_some(Breach::CutOff)
}

fn dead_current(world: &World) -> Option<Breach> {
    let (_, value) = world.vault.served?;
    let works = world.issuer.accepts(value) || world.issuer.is_spoilt(value) || world.ghost.meddled;
    (!works).then_some(Breach::DeadCurrent)
}

fn old_dead(world: &World) -> Option<Breach> {
    let rotation = world.ledger.rotation.as_ref()?;
    let old = rotation.old.and_then(|no| world.ledger.credential(no)).filter(|c| !c.condemned)?;
    let value = world.value(old.no)?;
    let switched = matches!(rotation.state, State::Disabling | State::Watching | State::Enabling(_));
    let lives =
        world.issuer.holds(value).is_some_and(|key| key.on || switched || world.ghost.meddled) || world.ghost.restored;
    (!lives).then_some(Breach::OldDead)
}

fn condemned_served(world: &World) -> Option<Breach> {
    let (_, value) = world.vault.served?;
    let pointer = world.ledger.current_credential().is_some_and(|c| c.condemned);
    (pointer || world.is_condemned(value)).then_some(Breach::CondemnedUsed)
}

/// After a rotation, with nothing in flight: every live credential of ours is known, and only one is left.
fn at_rest(world: &World) -> Option<Breach> {
    let busy = world.engines.contains(&Engine::Up { busy: true });
    if world.ledger.rotation.is_some() || !world.flights.is_empty() || busy {
        return None;
    }
    let told = world.ledger.alerts.iter().any(|alert| alert.kind == AlertKind::PossibleOrphan);
    let live: Vec<&Key> = world.issuer.keys.iter().filter(|key| key.owner != Owner::Other).collect();
    if live.iter().any(|key| !is_known(world, key.value)) && !told {
        return Some(Breach::Orphan);
    }
    let outcome = world.ledger.last.as_ref()?.outcome;
    let served = world.vault.served.map(|(_, value)| value);
    let none = outcome == Outcome::RolledBack && served.is_none() && live.is_empty();
    let one = live.iter().filter(|key| is_known(world, key.value)).map(|key| Some(key.value)).eq([served]);
    (!one && !none).then_some(Breach::NotOne)
}

fn is_known(world: &World, value: Value) -> bool {
    world.credential_of(value).is_some_and(|c| !c.condemned && c.far == Far::Active)
}
