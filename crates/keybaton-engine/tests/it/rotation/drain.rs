//! Draining: who holds it up, and what ends it without the evidence.

use std::time::Duration;

use keybaton_core::{
    ledger::{AlertKind, Seen, Sighting},
    policy::{Consumer, Evidence, Policy},
    rotation::{Cause, HoldReason, Request},
};
use keybaton_ports::{Store, Wanted};
use keybaton_types::{CredentialNo, Grade};

use super::{ASKED, DONE, nothing, settled, world};
use crate::world::{End, Setting, World, policy};

#[tokio::test]
async fn a_straggler_holds_the_rotation_until_it_moves() {
    let mut world = world(Setting::default()).await;
    world.crew.workers[1].stuck = true;
    world.ask(ASKED).await;
    assert_eq!(world.run(nothing).await, End::Held(HoldReason::Straggler));
    let ledger = world.snapshot().await.ledger;
    assert!(ledger.alerts.iter().any(|alert| alert.kind == AlertKind::Held));
    assert_eq!((world.live().len(), world.crew.outages, world.crew.cut_off), (2, 0, 0));
    world.crew.workers[1].stuck = false;
    assert_eq!(world.run(nothing).await, DONE);
    assert!(world.snapshot().await.ledger.alerts.is_empty());
    settled(&world).await;
}

#[tokio::test]
async fn an_emergency_cuts_a_straggler_off_and_names_it() {
    let mut world = world(Setting::default()).await;
    world.crew.workers[1].stuck = true;
    world.ask(Wanted::Rotate(Cause::Leaked)).await;
    let began = world.now();
    assert_eq!(world.run(nothing).await, DONE);
    assert!(world.now().since(began) < Duration::from_mins(3), "{:?}", world.now().since(began));
    assert_cut_off(&world).await;
}

#[tokio::test]
async fn a_person_can_cut_a_straggler_off() {
    let mut world = world(Setting::default()).await;
    world.crew.workers[1].stuck = true;
    world.ask(ASKED).await;
    assert_eq!(world.run(nothing).await, End::Held(HoldReason::Straggler));
    world.ask(Wanted::Of(Request::Force)).await;
    assert_eq!(world.run(nothing).await, DONE);
    assert_cut_off(&world).await;
}

async fn assert_cut_off(world: &World) {
    let ledger = world.snapshot().await.ledger;
    let alert = ledger.alerts.iter().find(|alert| alert.kind == AlertKind::CutOff).unwrap();
    assert!(alert.what.contains("web/web-2"), "{}", alert.what);
    assert_eq!((world.crew.outages, ledger.last.and_then(|last| last.grade)), (0, Some(Grade::Assumed)));
    settled(world).await;
}

#[tokio::test]
async fn every_kind_of_evidence_is_gathered() {
    let quiet = Duration::from_mins(3);
    let kinds = [Evidence::Session { quiet }, Evidence::LastUsed { quiet }, Evidence::Ack];
    let consumer = |(no, evidence): (usize, Evidence)| Consumer { name: format!("job-{no}"), evidence };
    let consumers = kinds.into_iter().enumerate().map(consumer).collect();
    let mut world = world(Setting { policy: Policy { consumers, ..policy() }, ..Setting::default() }).await;
    world.ask(ASKED).await;
    let end = world
        .run(async |world: &mut World| {
            if world.served().await == Some(CredentialNo(2)) {
                let (consumer, instance) = ("job-2".to_owned(), "pipeline".to_owned());
                let last = world.now();
                let acked =
                    Sighting { consumer, instance, credential: None, seen: Seen::Acked, last, lease_until: None };
                world.memory.sight(&world.secret, &acked).await.unwrap();
            }
        })
        .await;
    assert_eq!(end, DONE);
    assert_eq!(world.snapshot().await.ledger.last.and_then(|last| last.grade), Some(Grade::Evidenced));
    settled(&world).await;
}

#[tokio::test]
async fn a_full_issuer_holds_until_there_is_room_and_nothing_is_deleted() {
    let mut setting = Setting::default();
    setting.issuer.max_credentials = Some(2);
    let mut world = world(setting).await;
    let foreign = world.issuer.plant("foreign", crate::world::value("somebody else's"));
    world.ask(ASKED).await;
    let end = world.run(nothing).await;
    assert!(matches!(&end, End::Held(HoldReason::SlotsFull(ids)) if ids.len() == 2), "{end:?}");
    assert_eq!(world.issuer.live().len(), 2);
    keybaton_ports::Issuer::destroy(&world.issuer, &foreign).await.unwrap();
    assert_eq!(world.run(nothing).await, DONE);
    settled(&world).await;
}
