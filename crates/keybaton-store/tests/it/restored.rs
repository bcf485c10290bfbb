//! An old copy of the database is recognised, and touches nothing until a person has looked (R11).

use std::fs;

use keybaton_core::ledger::{Change, Conflict};
use keybaton_ports::{Store, Verified};
use keybaton_store::{Sqlite, Stale};

use crate::house::{Place, SPAN, advance, commit, is_conflict, record, secret};

/// A database that has gone on since `old` was copied.
async fn copied_then_advanced(place: &Place, commits: u64) {
    let store = place.make().await;
    advance(&store, &secret("a/prod"), 2).await;
    advance(&store, &secret("b/prod"), 1).await;
    store.close().await.unwrap();
    fs::copy(place.path(), place.folder.path().join("old")).unwrap();
    let store = place.open().await.unwrap().store;
    if commits > 0 {
        advance(&store, &secret("a/prod"), commits).await;
    }
    store.close().await.unwrap();
}

fn put_back(place: &Place) {
    fs::copy(place.folder.path().join("old"), place.path()).unwrap();
}

#[tokio::test]
async fn an_old_copy_that_is_put_back_is_recognised() {
    let (place, a) = (Place::new(), secret("a/prod"));
    copied_then_advanced(&place, 3).await;
    put_back(&place);
    let opened = place.open().await.unwrap();
    let restored = opened.restored.unwrap();
    assert_eq!((restored.why, restored.epoch), (Stale::Older, 2));
    assert_eq!(restored.secrets, [a.clone(), secret("b/prod")]);
    let store = opened.store;
    let ledger = store.read(&a).await.unwrap().unwrap().ledger;
    assert!(ledger.restored);
    assert_eq!((ledger.next_version.0, ledger.epoch.0), (1_003, 2 << 32));
    assert_eq!(store.audit_verify(None).await.unwrap(), Verified::unsigned(5));
    let row = store.audit_rows(Some(&a), 2, 1).await.unwrap().remove(0);
    assert!(row.body.contains("older than the world"), "{}", row.body);
}

#[tokio::test]
async fn the_engines_of_before_are_locked_out() {
    let (place, a) = (Place::new(), secret("a/prod"));
    copied_then_advanced(&place, 3).await;
    put_back(&place);
    let store = place.open().await.unwrap().store;
    let ledger = store.read(&a).await.unwrap().unwrap().ledger;
    for epoch in 1..5 {
        let late = store.commit(&a, &commit(ledger.revision.0, epoch, vec![], None), &record("late"), None).await;
        assert!(is_conflict(&late, Conflict::Epoch));
    }
    let lease = store.claim(&a, "new", SPAN).await.unwrap().unwrap();
    let trusted = commit(ledger.revision.0, lease.epoch.0, vec![Change::Trusted], None);
    store.commit(&a, &trusted, &record("a person has looked"), None).await.unwrap();
    assert!(!store.read(&a).await.unwrap().unwrap().ledger.restored);
}

#[tokio::test]
async fn it_is_recognised_once() {
    let place = Place::new();
    copied_then_advanced(&place, 3).await;
    put_back(&place);
    assert!(place.open().await.unwrap().restored.is_some());
    let again = place.open().await.unwrap();
    assert_eq!(again.restored, None);
    assert_eq!(again.store.read(&secret("b/prod")).await.unwrap().unwrap().ledger.next_version.0, 1_002);
}

#[tokio::test]
async fn a_copy_that_is_put_back_twice_gets_a_new_epoch_each_time() {
    let place = Place::new();
    copied_then_advanced(&place, 3).await;
    for epoch in 2..4 {
        put_back(&place);
        let opened = place.open().await.unwrap();
        assert_eq!(opened.restored.unwrap().epoch, epoch);
        opened.store.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_copy_that_is_as_new_as_the_world_is_no_old_one() {
    let place = Place::new();
    copied_then_advanced(&place, 0).await;
    put_back(&place);
    assert_eq!(place.open().await.unwrap().restored, None);
}

#[tokio::test]
async fn one_lost_write_is_enough() {
    let (place, a) = (Place::new(), secret("a/prod"));
    let store = place.make().await;
    store.enroll(&a).await.unwrap();
    store.close().await.unwrap();
    fs::copy(place.path(), place.folder.path().join("old")).unwrap();
    let store = place.open().await.unwrap().store;
    store.ask(&a, keybaton_ports::Wanted::Rotate(keybaton_core::rotation::Cause::Asked), "me").await.unwrap();
    store.close().await.unwrap();
    put_back(&place);
    assert_eq!(place.open().await.unwrap().restored.unwrap().why, Stale::Older);
}

#[tokio::test]
async fn an_empty_old_copy_is_recognised_too() {
    let place = Place::new();
    place.make().await.close().await.unwrap();
    fs::copy(place.path(), place.folder.path().join("old")).unwrap();
    let store = place.open().await.unwrap().store;
    advance(&store, &secret("a/prod"), 1).await;
    store.close().await.unwrap();
    put_back(&place);
    let restored = place.open().await.unwrap().restored.unwrap();
    assert_eq!((restored.why, restored.secrets.len()), (Stale::Older, 0));
}

#[tokio::test]
async fn a_database_without_its_witness_is_not_trusted() {
    let place = Place::new();
    copied_then_advanced(&place, 1).await;
    fs::remove_file(place.witness()).unwrap();
    assert_eq!(place.open().await.unwrap().restored.unwrap().why, Stale::Unwitnessed);
    fs::write(place.witness(), "keybaton-witness-1 nonsense").unwrap();
    assert_eq!(place.open().await.unwrap().restored.unwrap().why, Stale::Unwitnessed);
}

#[tokio::test]
async fn the_witness_of_another_database_is_no_witness() {
    let (place, other) = (Place::new(), Place::new());
    copied_then_advanced(&place, 1).await;
    copied_then_advanced(&other, 9).await;
    fs::copy(other.witness(), place.witness()).unwrap();
    assert_eq!(place.open().await.unwrap().restored.unwrap().why, Stale::Foreign);
}

#[tokio::test]
async fn a_process_that_stops_at_any_moment_is_no_old_copy() {
    let (place, a) = (Place::new(), secret("a/prod"));
    advance(&place.make().await, &a, 1).await;
    for _ in 0..5 {
        let opened = place.open().await.unwrap();
        assert_eq!(opened.restored, None);
        advance(&opened.store, &a, 3).await;
        let _: Sqlite = opened.store;
    }
}
