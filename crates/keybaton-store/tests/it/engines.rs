//! Two engines on one file, and engines that stop without a word.

use std::sync::{Arc, Mutex};

use keybaton_core::ledger::Conflict;
use keybaton_ports::{Store, StoreError, Verified};
use keybaton_store::{HookPoint, Options, Sqlite};
use keybaton_types::Revision;

use crate::house::{Place, SPAN, advance, commit, is_conflict, record, secret};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_one_of_many_claims_wins() {
    let (place, a) = (Place::new(), secret("a/prod"));
    let one = place.make().await;
    let two = place.open().await.unwrap().store;
    one.enroll(&a).await.unwrap();
    for round in 1..=10u64 {
        let tasks: Vec<_> = (0..6)
            .map(|n| {
                let (store, a) = (if n % 2 == 0 { one.clone() } else { two.clone() }, a.clone());
                tokio::spawn(async move { store.claim(&a, &format!("engine-{n}"), SPAN).await.unwrap() })
            })
            .collect();
        let mut won = Vec::new();
        for task in tasks {
            won.extend(task.await.unwrap());
        }
        assert_eq!(won.len(), 1);
        assert_eq!(won[0].epoch.0, round);
        one.release(&won[0]).await.unwrap();
    }
}

#[tokio::test]
async fn a_zombies_commit_bounces() {
    let (place, a) = (Place::new(), secret("a/prod"));
    let (zombie, heir) = (place.make().await, place.open().await.unwrap().store);
    zombie.enroll(&a).await.unwrap();
    let old = zombie.claim(&a, "zombie", SPAN).await.unwrap().unwrap();
    place.clock.advance(SPAN);
    let new = heir.claim(&a, "heir", SPAN).await.unwrap().unwrap();
    let late = zombie.commit(&a, &commit(0, old.epoch.0, vec![], None), &record("late"), None).await;
    assert!(is_conflict(&late, Conflict::Epoch));
    heir.commit(&a, &commit(0, new.epoch.0, vec![], None), &record("mine"), None).await.unwrap();
    assert!(!zombie.renew(&old, SPAN).await.unwrap());
    zombie.release(&old).await.unwrap();
    assert_eq!(zombie.read(&a).await.unwrap().unwrap().driver.as_deref(), Some("heir"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_commits_on_one_revision_exactly_one_wins() {
    let (place, a) = (Place::new(), secret("a/prod"));
    let stores = [place.make().await, place.open().await.unwrap().store];
    stores[0].enroll(&a).await.unwrap();
    for revision in 0..20 {
        let tasks = stores.clone().map(|store| {
            let a = a.clone();
            let commit = commit(revision, 0, vec![], None);
            tokio::spawn(async move { store.commit(&a, &commit, &record("race"), None).await })
        });
        let mut won = 0;
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => won += 1,
                lost => assert!(is_conflict(&lost, Conflict::Revision), "{lost:?}"),
            }
        }
        assert_eq!(won, 1);
    }
    assert_eq!(stores[0].audit_verify(None).await.unwrap(), Verified::unsigned(20));
    assert_eq!(stores[0].commits() + stores[1].commits(), 20);
}

#[tokio::test]
async fn what_another_process_writes_moves_the_stamp() {
    let (place, a) = (Place::new(), secret("a/prod"));
    let (one, two) = (place.make().await, place.open().await.unwrap().store);
    let before = one.stamp().await.unwrap();
    assert_eq!(one.stamp().await.unwrap(), before);
    two.enroll(&a).await.unwrap();
    assert_ne!(one.stamp().await.unwrap(), before);
}

#[tokio::test]
async fn what_was_committed_is_there_after_a_stop_without_a_word() {
    let (place, a) = (Place::new(), secret("a/prod"));
    let store = place.make().await;
    advance(&store, &a, 3).await;
    let before = store.read(&a).await.unwrap();
    drop(store);
    let opened = place.open().await.unwrap();
    assert_eq!((opened.created, opened.restored), (false, None));
    assert_eq!(opened.store.read(&a).await.unwrap(), before);
    advance(&opened.store, &a, 1).await;
}

#[tokio::test]
async fn a_commit_that_nobody_waits_for_leaves_the_store_usable() {
    let (place, a) = (Place::new(), secret("a/prod"));
    let store = place.make().await;
    store.enroll(&a).await.unwrap();
    for millis in 0..8 {
        let (commit, note) = (commit(0, 9, vec![], None), record("dropped"));
        let waiting = store.commit(&a, &commit, &note, None);
        tokio::time::timeout(std::time::Duration::from_micros(millis * 60), waiting).await.ok();
    }
    advance(&store, &a, 2).await;
    assert_eq!(store.read(&a).await.unwrap().unwrap().ledger.revision, Revision(2));
}

#[tokio::test]
async fn the_hook_is_called_around_every_commit_and_no_other_write() {
    let (place, a) = (Place::new(), secret("a/prod"));
    let calls = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&calls);
    let hook = Arc::new(move |point: HookPoint, no: u64| heard.lock().unwrap().push((point, no)));
    let options = Options { create: true, hook: Some(hook), ..place.options() };
    let store = Sqlite::open(options).await.unwrap().store;
    advance(&store, &a, 2).await;
    store.commit(&a, &commit(0, 1, vec![], None), &record("conflict"), None).await.unwrap_err();
    let expected = [(HookPoint::Before, 1), (HookPoint::After, 1), (HookPoint::Before, 2), (HookPoint::After, 2)];
    assert_eq!(*calls.lock().unwrap(), expected);
    assert_eq!(store.commits(), 2);
}

#[tokio::test]
async fn the_rotation_of_a_newer_program_is_neither_read_nor_claimed() {
    let (place, a) = (Place::new(), secret("a/prod"));
    let store = place.make().await;
    store.enroll(&a).await.unwrap();
    store.commit(&a, &commit(0, 0, vec![], Some(crate::house::rotation(1))), &record("begin"), None).await.unwrap();
    place.raw("UPDATE rotation SET state_format = 7, state = 'unheard of'").await;
    let newer = |error: StoreError| {
        assert!(matches!(&error, StoreError::Newer { found: 7, known: 1, .. }), "{error:?}");
        assert!(error.to_string().contains("newer keybaton"));
    };
    newer(store.read(&a).await.unwrap_err());
    newer(store.claim(&a, "me", SPAN).await.unwrap_err());
    place.raw("UPDATE rotation SET state_format = 1").await;
    assert!(matches!(store.read(&a).await.unwrap_err(), StoreError::Corrupt { .. }));
}
