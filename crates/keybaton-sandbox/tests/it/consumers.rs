//! What consumers get for their keys.

use std::time::Duration;

use keybaton_sandbox::{Counts, Dialect, Options, Scope, Tally};

use crate::rig::{ADMIN, Rig, soon};

const LONG: Duration = Duration::from_hours(1);

#[tokio::test]
async fn no_value_and_a_made_up_value_get_a_401() {
    let rig = Rig::start(Dialect::Acme).await;
    assert_eq!(rig.client.get(rig.url("/v1/work")).send().await.unwrap().status(), 401);
    assert_eq!(rig.work("made-up").await, 401);
    assert_eq!(rig.sandbox.state().totals().unknown.work, Tally { ok: 0, refused: 2 });
}

#[tokio::test]
async fn a_key_may_come_in_its_own_header() {
    let rig = Rig::start(Dialect::Acme).await;
    let made = rig.create("a").await;
    let request = rig.client.get(rig.url("/v1/work")).header("X-Api-Key", &made.value);
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_new_key_is_refused_until_it_has_propagated() {
    let rig = Rig::with(Options { propagation: LONG, ..Options::new(ADMIN) }).await;
    let made = rig.create("a").await;
    assert_eq!(rig.work(&made.value).await, 401);
    rig.sandbox.state().set_propagation(Duration::from_millis(100));
    soon(async { while rig.work(&made.value).await != 200 {} }).await;
}

#[tokio::test]
async fn a_destroyed_key_works_until_its_end_has_propagated() {
    let rig = Rig::with(Options { revoke_lag: LONG, ..Options::new(ADMIN) }).await;
    let made = rig.create("a").await;
    rig.destroy(&made.id).await;
    assert_eq!(rig.work(&made.value).await, 200);
    rig.sandbox.state().set_revoke_lag(Duration::from_millis(100));
    soon(async { while rig.work(&made.value).await != 401 {} }).await;
}

#[tokio::test]
async fn a_new_key_can_pass_the_shallow_probe_and_be_refused_at_work() {
    let rig = Rig::start(Dialect::Acme).await;
    let old = rig.create("old").await;
    rig.sandbox.state().set_scope_of_new(Scope::Forbidden);
    let new = rig.create("new").await;
    assert_eq!((rig.health(&old.value).await, rig.work(&old.value).await), (200, 200));
    assert_eq!((rig.health(&new.value).await, rig.work(&new.value).await), (200, 403));
    rig.sandbox.state().set_scope(&new.id, Scope::Unauthorized).unwrap();
    assert_eq!((rig.health(&new.value).await, rig.work(&new.value).await), (200, 401));
    rig.sandbox.state().set_scope(&new.id, Scope::Granted).unwrap();
    assert_eq!(rig.work(&new.value).await, 200);
}

#[tokio::test]
async fn every_answer_is_counted_for_its_key_and_its_route() {
    let rig = Rig::start(Dialect::Acme).await;
    let (a, b) = (rig.create("a").await, rig.create("b").await);
    let state = rig.sandbox.state();
    rig.health(&a.value).await;
    rig.work(&a.value).await;
    rig.work(&a.value).await;
    rig.destroy(&a.id).await;
    rig.work(&a.value).await;
    rig.work(&b.value).await;
    let (health, work) = (Tally { ok: 1, refused: 0 }, Tally { ok: 2, refused: 1 });
    assert_eq!(state.counts(&a.id), Some(Counts { health, work }));
    assert_eq!(state.counts(&b.id).unwrap().work, Tally { ok: 1, refused: 0 });
    assert_eq!(state.totals().work(), Tally { ok: 3, refused: 1 });
}

#[tokio::test]
async fn a_foreign_hand_can_change_keys_past_the_admin_api() {
    let rig = Rig::with(Options { max_credentials: Some(0), ..Options::new(ADMIN) }).await;
    let state = rig.sandbox.state();
    let id = state.create("foreign").unwrap();
    let value = state.reveal(&id).unwrap();
    assert_eq!(rig.work(&value).await, 200);
    state.disable(&id).unwrap();
    assert_eq!(rig.work(&value).await, 401);
    state.enable(&id).unwrap();
    assert_eq!(rig.work(&value).await, 200);
    state.destroy(&id).unwrap();
    assert_eq!(rig.work(&value).await, 401);
    assert!(state.destroy(&id).is_err());
}
