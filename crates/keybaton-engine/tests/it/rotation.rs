//! Rotations in which nothing goes wrong that a rotation is not made for.

mod back;
mod begin;
mod drain;
mod rolling;
mod signals;
mod sqlite;

use keybaton_core::{
    rotation::Cause,
    sheet::{Ability, Addressing, Chooser, Fencing},
};
use keybaton_ports::Wanted;
use keybaton_testkit::{fake::FakeSettings, fault::Faults};
use keybaton_types::Outcome;

use crate::world::{End, Setting, World};

const ASKED: Wanted = Wanted::Rotate(Cause::Asked);
const DONE: End = End::Over(Outcome::Done);
const BACK: End = End::Over(Outcome::RolledBack);

async fn world(setting: Setting) -> World {
    let mut world = World::adopted(setting, Faults::none(), None).await;
    world.work().await;
    world
}

async fn nothing(_: &mut World) {}

/// One key lives, it is the one that is served, and the ledger knows it.
async fn settled(world: &World) {
    let ledger = world.snapshot().await.ledger;
    let current = ledger.current_credential().unwrap();
    let live: Vec<_> = world.live().into_iter().map(|c| c.id).collect();
    assert_eq!(live, [current.issued.clone().unwrap()]);
    assert_eq!(ledger.live().map(|c| c.no).collect::<Vec<_>>(), [current.no]);
    assert_eq!(world.served().await, Some(current.no));
    assert!(world.accepts(current.no).await);
}

#[tokio::test]
async fn a_plain_rotation_is_done_in_at_most_fourteen_commits() {
    for chooser in [Chooser::Issuer, Chooser::Us] {
        let issuer = FakeSettings { chooser, ..Setting::default().issuer };
        let mut world = world(Setting { issuer, ..Setting::default() }).await;
        world.ask(ASKED).await;
        assert_eq!(world.run(nothing).await, DONE);
        settled(&world).await;
        println!("{chooser:?}: {} commits", world.store.commits());
        assert!(world.store.commits() <= 14, "{} commits", world.store.commits());
        assert_eq!((world.crew.outages, world.issuer.all().len()), (0, 2));
    }
}

#[tokio::test]
async fn every_sheet_has_its_own_way_to_done() {
    for (listing, switching) in [(true, true), (true, false), (false, true), (false, false)] {
        for vault in [None, Some(Fencing::Fenced), Some(Fencing::Unfenced)] {
            for (chooser, addressing) in
                [(Chooser::Issuer, Addressing::Once), (Chooser::Us, Addressing::Once), (Chooser::Us, Addressing::Again)]
            {
                let (listing, switching) = (Ability::from(listing), Ability::from(switching));
                let issuer = FakeSettings { chooser, addressing, listing, switching, ..Setting::default().issuer };
                let mut world = world(Setting { issuer, vault, ..Setting::default() }).await;
                for _ in 0..2 {
                    world.ask(ASKED).await;
                    assert_eq!(world.run(nothing).await, DONE, "{listing:?} {switching:?} {vault:?} {chooser:?}");
                    settled(&world).await;
                }
                assert_eq!(world.crew.outages, 0);
            }
        }
    }
}

#[tokio::test]
async fn a_slow_issuer_is_waited_for() {
    let minute = std::time::Duration::from_mins(1);
    let issuer = FakeSettings { propagation: minute, ..Setting::default().issuer };
    let mut world = world(Setting { issuer, ..Setting::default() }).await;
    world.ask(ASKED).await;
    assert_eq!(world.run(nothing).await, DONE);
    settled(&world).await;
    assert_eq!(world.crew.outages, 0);
}
