//! A full disk: nothing is lost, nothing is half written, and the store goes on when there is room.

use keybaton_ports::{Store, StoreError, Verified};
use keybaton_store::{Options, Sqlite};

use crate::house::{Place, SPAN, advance, commit, record, secret};

#[tokio::test]
async fn a_full_disk_refuses_a_commit_and_loses_nothing() {
    let (place, a) = (Place::new(), secret("a/prod"));
    advance(&place.make().await, &a, 1).await;
    let tight = Options { max_pages: Some(1), ..place.options() };
    let store = Sqlite::open(tight).await.unwrap().store;
    let epoch = store.claim(&a, "me", SPAN).await.unwrap().unwrap().epoch.0;
    let long = record(&"x".repeat(20_000));
    for _ in 0..3 {
        let before = store.read(&a).await.unwrap();
        let revision = before.as_ref().unwrap().ledger.revision.0;
        let error = store.commit(&a, &commit(revision, epoch, vec![], None), &long, None).await.unwrap_err();
        assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
        assert_eq!(store.read(&a).await.unwrap(), before);
    }
    let lease = store.claim(&a, "me", SPAN).await.unwrap().expect("what needs no room goes on");
    let roomy = place.open().await.unwrap().store;
    let revision = roomy.read(&a).await.unwrap().unwrap().ledger.revision.0;
    roomy.commit(&a, &commit(revision, lease.epoch.0, vec![], None), &long, None).await.unwrap();
    assert_eq!(roomy.audit_verify(None).await.unwrap(), Verified::unsigned(2));
}
