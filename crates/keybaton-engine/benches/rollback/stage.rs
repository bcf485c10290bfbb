//! The world of one rotation, by the defaults of an owner: half an hour of watch, a look a minute.

use std::time::Duration;

use keybaton_core::{
    policy::{Overlap, Policy, WatchFor},
    rotation::{Cause, State, Way},
};
use keybaton_ports::Wanted;
use keybaton_testkit::fault::Faults;
use keybaton_types::CredentialNo;

use crate::{
    traffic::Traffic,
    world::{Duty, Setting, World, policy},
};

/// The key before.
pub(crate) const OLD: CredentialNo = CredentialNo(1);

/// The key after.
pub(crate) const NEW: CredentialNo = CredentialNo(2);

/// How often consumers tell.
pub(crate) const ROUND: Duration = Duration::from_secs(20);

/// How long B is watched.
pub(crate) const WATCH: Duration = Duration::from_mins(30);

/// How often it is looked at.
pub(crate) const EVERY: Duration = Duration::from_mins(1);

/// A rotation that has just published its new key.
pub(crate) async fn published(traffic: &mut Traffic) -> (World, Duty) {
    let overlap = Overlap { min: WATCH, max: Duration::from_hours(7 * 24), ..policy().overlap };
    let watch = WatchFor { span: WATCH, every: EVERY, failures: 2 };
    let setting = Setting { policy: Policy { overlap, watch, ..policy() }, ..Setting::default() };
    let mut world = World::adopted(setting, Faults::none(), None).await;
    for _ in 0..30 {
        world.time.advance(ROUND).await;
        traffic.round(&world).await;
    }
    world.ask(Wanted::Rotate(Cause::Asked)).await;
    let mut duty = world.duty().await;
    while state(&world).await != Some(State::Draining(Way::Forward)) {
        let soon = world.now() + Duration::from_secs(1);
        world.go_on(&mut duty, soon).await;
    }
    (world, duty)
}

/// Where the rotation is, if it is not over.
pub(crate) async fn state(world: &World) -> Option<State> {
    world.snapshot().await.ledger.rotation.map(|rotation| rotation.state)
}
