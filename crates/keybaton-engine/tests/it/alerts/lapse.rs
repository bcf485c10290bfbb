//! Work that is due, and nobody who does it.

use std::{sync::Arc, time::Duration};

use keybaton_core::rotation::Cause;
use keybaton_engine::{Charges, alerts};
use keybaton_ports::{Standing, Store as _, Wanted};

use super::stage::{Answers, Ear, Stage, look};
use crate::world::{Setting, World};

const MINUTE: Duration = Duration::from_mins(1);

/// The charge of the secret that every stage has.
fn charges() -> Charges {
    let world = World::new(Setting::default(), keybaton_testkit::fault::Faults::none(), None);
    Charges::new([world.charge])
}

#[tokio::test]
async fn a_request_that_nobody_carries_out_is_a_lapse_once_it_has_waited() {
    let stage = Stage::new().await;
    let charges = charges();
    let (store, outbox) = (Arc::new(stage.store.clone()), Arc::new(stage.store.clone()));
    let lapse = async || alerts::lapse(store.as_ref(), outbox.as_ref(), &charges).await.unwrap();
    assert_eq!(lapse().await, None, "nothing is due");
    stage.store.ask(&stage.secret, Wanted::Rotate(Cause::Asked), "tester").await.unwrap();
    assert_eq!(lapse().await, None, "it has just been asked for");
    stage.clock.advance(16 * MINUTE);
    let found = lapse().await.unwrap();
    assert_eq!(found.secret, stage.secret);
    assert!(found.words().starts_with("no engine was alive for 16m while payments/prod"), "{}", found.words());
    stage.store.beat("engine", MINUTE).await.unwrap();
    assert_eq!(lapse().await, None, "somebody works");
}

#[tokio::test]
async fn the_next_engine_tells_that_nobody_worked_and_that_it_is_over() {
    let stage = Stage::new().await;
    let charges = charges();
    let ear = Ear::new(Answers::Takes);
    let courier = stage.courier("one", &[], &[("ops", &ear)]);
    stage.store.ask(&stage.secret, Wanted::Rotate(Cause::Asked), "tester").await.unwrap();
    stage.clock.advance(60 * MINUTE);
    courier.note_lapse(&charges).await;
    look(&courier).await;
    courier.end_lapse().await;
    look(&courier).await;
    let dead = alerts::SCHEDULER_DEAD.to_owned();
    assert_eq!(ear.brief(), [(Standing::Raised, dead.clone()), (Standing::Resolved, dead)]);
    courier.note_lapse(&charges).await;
    look(&courier).await;
    assert!(ear.heard().is_empty(), "it has been noted that an engine works");
}
