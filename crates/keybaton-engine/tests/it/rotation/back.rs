//! Going back: the new key is no good, or a person says so.

use keybaton_core::{
    ledger::AlertKind,
    rotation::{Cause, HoldReason, Request, State, Way},
};
use keybaton_ports::Wanted;
use keybaton_types::CredentialNo;

use super::{ASKED, BACK, DONE, nothing, settled, world};
use crate::world::{End, Mood, Setting, World};

const NEW: CredentialNo = CredentialNo(2);

#[tokio::test]
async fn a_key_that_the_consumers_are_refused_with_is_taken_back() {
    let mut world = world(Setting::default()).await;
    world.crew.refused.push(NEW);
    world.ask(ASKED).await;
    assert_eq!(world.run(nothing).await, BACK);
    settled(&world).await;
    let ledger = world.snapshot().await.ledger;
    assert_eq!((world.crew.outages, ledger.current_credential().map(|c| c.no)), (0, Some(CredentialNo(1))));
    assert!(ledger.alerts.iter().any(|alert| alert.kind == AlertKind::RolledBack));
}

#[tokio::test]
async fn a_key_that_the_probe_refuses_while_the_old_one_is_off_is_taken_back() {
    let mut world = world(Setting::default()).await;
    world.ask(ASKED).await;
    let end = world
        .run(async |world: &mut World| {
            if state(world).await == Some(State::Watching) {
                world.gate.be(Mood::RefusesNew);
            }
        })
        .await;
    assert_eq!(end, BACK);
    settled(&world).await;
}

#[tokio::test]
async fn a_key_that_never_proves_is_destroyed_and_nothing_was_published() {
    let mut world = world(Setting::default()).await;
    world.gate.be(Mood::RefusesNew);
    world.ask(ASKED).await;
    assert_eq!(world.run(nothing).await, BACK);
    settled(&world).await;
    assert_eq!(world.snapshot().await.ledger.versions.len(), 1);
}

#[tokio::test]
async fn in_an_emergency_a_key_that_never_proves_holds() {
    let mut world = world(Setting::default()).await;
    world.gate.be(Mood::RefusesNew);
    world.ask(Wanted::Rotate(Cause::Leaked)).await;
    assert_eq!(world.run(nothing).await, End::Held(HoldReason::NeverProved));
    assert_eq!(world.live().len(), 2);
    world.gate.be(Mood::Honest);
    world.ask(Wanted::Of(Request::Resume)).await;
    assert_eq!(world.run(nothing).await, DONE);
    settled(&world).await;
}

#[tokio::test]
async fn a_person_can_go_back_while_consumers_move() {
    for while_off in [false, true] {
        let mut world = world(Setting::default()).await;
        world.ask(ASKED).await;
        let wanted = if while_off { State::Watching } else { State::Draining(Way::Forward) };
        let end = world
            .run(async |world: &mut World| {
                if state(world).await == Some(wanted) {
                    world.ask(Wanted::Of(Request::Rollback)).await;
                }
            })
            .await;
        assert_eq!((end, world.crew.outages), (BACK, 0), "{wanted:?}");
        settled(&world).await;
    }
}

pub(super) async fn state(world: &World) -> Option<State> {
    world.snapshot().await.ledger.rotation.map(|rotation| rotation.state)
}
