//! Draining: who holds it up, and what ends it without the evidence.

use std::time::Duration;

use keybaton_core::{
    ledger::{AlertKind, Seen, Sighting},
    policy::{Consumer, Evidence, Policy},
    rotation::{Cause, HoldReason, Request, State, Way},
    sheet::Fencing,
};
use keybaton_ports::{Store, Wanted};
use keybaton_types::{CredentialNo, Grade};

use super::{ASKED, BACK, DONE, back::state, nothing, settled, world};
use crate::world::{End, OLD, Setting, World, policy, value};

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

#[tokio::test]
async fn a_foreign_write_in_the_drain_holds_until_it_is_gone_and_a_person_resumes_once() {
    let mut world = world(Setting { vault: Some(Fencing::Unfenced), ..Setting::default() }).await;
    let (vault, secret) = (world.foreign.clone().unwrap(), world.secret.clone());
    world.ask(ASKED).await;
    let written = std::cell::Cell::new(false);
    let end = world
        .run(async |world: &mut World| {
            if state(world).await == Some(State::Draining(Way::Forward)) && !written.replace(true) {
                vault.foreign_write(&secret, value("somebody else's"));
            }
        })
        .await;
    assert_eq!(end, End::Held(HoldReason::ForeignWrite));
    world.ask(Wanted::Of(Request::Resume)).await;
    assert_eq!(world.run(nothing).await, End::Held(HoldReason::ForeignWrite), "it is still there");
    vault.foreign_delete(&secret);
    world.ask(Wanted::Of(Request::Resume)).await;
    assert_eq!(world.run(nothing).await, DONE);
    settled(&world).await;
}

#[tokio::test]
async fn a_key_that_is_gone_from_the_issuers_list_is_as_quiet_as_one_that_nobody_uses() {
    let quiet = Duration::from_mins(3);
    let consumers = vec![Consumer { name: "job".to_owned(), evidence: Evidence::LastUsed { quiet } }];
    let mut world = world(Setting { policy: Policy { consumers, ..policy() }, ..Setting::default() }).await;
    world.ask(ASKED).await;
    let (began, gone) = (world.now(), std::cell::Cell::new(false));
    let end = world
        .run(async |world: &mut World| {
            if state(world).await == Some(State::Draining(Way::Forward)) && !gone.replace(true) {
                let new = world.issuer.live().into_iter().find(|key| key.id.0 != OLD).unwrap();
                world.issuer.delete(&new.id);
            }
        })
        .await;
    assert_eq!(end, BACK);
    assert!(world.now().since(began) < policy().overlap.max, "it waited until the end of the overlap");
    settled(&world).await;
}
