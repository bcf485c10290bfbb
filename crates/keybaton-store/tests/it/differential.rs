//! The database against its twin: whatever happens, both tell the same (and so both tell what `Ledger::apply` says).

use std::time::Duration;

use keybaton_core::watch::Watch;
use keybaton_ports::{Lease, Record, Store, StoreError, Told};
use keybaton_types::{CredentialNo, Epoch, Fingerprint, Revision, RotationId, SecretId};
use proptest::{collection::vec, prelude::*, test_runner::Config};

use crate::{
    calls::{Call, call},
    house::{House, commit, secret},
};

/// Makes a call and says what came of it, in a form that can be compared.
async fn make(house: &House, name: &SecretId, call: &Call, lease: &mut Option<Lease>) -> String {
    let store = &*house.store;
    let seconds = |n: &u64| Duration::from_secs(*n);
    match call {
        Call::Enroll => said(&store.enroll(name).await),
        Call::Claim(who, span) => {
            let claimed = store.claim(name, who, seconds(span)).await;
            *lease = claimed.as_ref().ok().cloned().flatten().or(lease.take());
            said(&claimed)
        }
        Call::Renew => match lease {
            Some(lease) => said(&store.renew(lease, Duration::from_secs(10)).await),
            None => String::new(),
        },
        Call::Release => match lease.take() {
            Some(lease) => said(&store.release(&lease).await),
            None => String::new(),
        },
        Call::Commit { revision, epoch, changes, rotation, attached, heard } => {
            let ledger = store.read(name).await.unwrap().map(|s| s.ledger).unwrap_or_default();
            let (revision, epoch) = (ledger.revision.0 + revision, ledger.epoch.0 + epoch);
            let commit = commit(revision, epoch, changes.clone(), rotation.clone());
            said(&store.commit(name, &commit, &record(*heard), attached.as_ref()).await)
        }
        Call::Sight(sighting) => said(&store.sight(name, sighting).await),
        Call::Report(report) => said(&store.report(name, report).await),
        Call::Observe { epoch, id, no } => {
            let held = store.read(name).await.unwrap().map(|s| s.ledger.epoch.0).unwrap_or_default();
            said(&store.observe(name, Epoch(held + epoch), RotationId(*id), &Watch::new(*no)).await)
        }
        Call::Ask(wanted) => said(&store.ask(name, *wanted, "me").await),
        Call::HandOver(revision, handed) => {
            let ledger = store.read(name).await.unwrap().map(|s| s.ledger).unwrap_or_default();
            said(&store.hand_over(name, Revision(ledger.revision.0 + revision), handed, "me").await)
        }
        Call::Audit(heard) => said(&store.audit(name, &record(*heard)).await),
        Call::Pause(pause) => said(&store.pause(pause, std::slice::from_ref(name), &record(None)).await),
        Call::Resume(scope) => said(&store.resume(scope, std::slice::from_ref(name), &record(None)).await),
        Call::Hear(seen, counted) => {
            let told = [Told::Seen(name.clone(), seen.clone()), Told::Counted(name.clone(), counted.clone())];
            said(&store.hear(&told).await)
        }
        Call::Signal(word) => said(&store.signal(name, word).await),
        Call::Serving(awake, span) => said(&store.serving(seconds(awake), seconds(span)).await),
        Call::Beat(who, span) => said(&store.beat(who, seconds(span)).await),
        Call::Wait(span) => {
            house.clock.advance(seconds(span));
            String::new()
        }
    }
}

fn record(heard: Option<u64>) -> Record {
    Record { actor: "test".to_owned(), event: None, note: None, heard, by: None, confirmed: Vec::new() }
}

fn said<T: std::fmt::Debug>(result: &Result<T, StoreError>) -> String {
    format!("{result:?}")
}

/// Everything that a store tells.
async fn told(store: &dyn Store, names: &[SecretId]) -> String {
    let mut told = said(&store.secrets().await);
    for name in names {
        told += &said(&store.read(name).await);
        for no in 1..4 {
            told += &said(&store.sealed(name, CredentialNo(no)).await);
            told += &said(&store.handed(name, CredentialNo(no)).await);
        }
    }
    told += &said(&store.holders(&Fingerprint("fp1".to_owned())).await);
    told += &said(&store.engines().await);
    told += &said(&store.audit_rows(None, 0, 1_000).await);
    told + &said(&store.audit_verify(None).await)
}

async fn both_tell_the_same(calls: Vec<(bool, Call)>) {
    let names = [secret("a/prod"), secret("b/prod")];
    let (memory, sqlite) = (House::memory(), House::sqlite().await);
    memory.store.enroll(&names[0]).await.unwrap();
    sqlite.store.enroll(&names[0]).await.unwrap();
    let mut leases = [None, None];
    for (second, call) in calls {
        let name = &names[usize::from(second)];
        let expected = make(&memory, name, &call, &mut leases[0]).await;
        assert_eq!(make(&sqlite, name, &call, &mut leases[1]).await, expected, "{call:?}");
        assert_eq!(told(&*sqlite.store, &names).await, told(&*memory.store, &names).await, "after {call:?}");
    }
}

proptest! {
    #![proptest_config(Config { cases: 64, ..Config::default() })]

    #[test]
    fn the_database_tells_what_its_twin_tells(calls in vec((prop::bool::weighted(0.2), call()), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(both_tell_the_same(calls));
    }
}
