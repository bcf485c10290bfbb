//! Tampering with the audit is found, whatever is done to it.

use keybaton_ports::{Store, Verified};

use crate::house::{Place, advance, secret};

async fn verdict_after(text: &'static str) -> Verified {
    let place = Place::new();
    let store = place.make().await;
    for name in ["a/prod", "b/prod"] {
        advance(&store, &secret(name), 5).await;
    }
    assert_eq!(store.audit_verify(None).await.unwrap(), Verified::unsigned(10));
    place.raw(text).await;
    store.audit_verify(None).await.unwrap()
}

#[tokio::test]
async fn the_first_bad_row_is_named() {
    for (text, no) in [
        ("UPDATE audit SET body = replace(body, 'advance', 'Advance') WHERE secret_id = 2 AND no = 3", 3),
        ("UPDATE audit SET body = body || ' ' WHERE secret_id = 2 AND no = 3", 3),
        ("UPDATE audit SET body = CAST(x'ff00' AS BLOB) WHERE secret_id = 2 AND no = 3", 3),
        ("UPDATE audit SET at_us = at_us + 1 WHERE secret_id = 2 AND no = 2", 2),
        ("UPDATE audit SET prev = upper(prev) WHERE secret_id = 2 AND no = 4", 4),
        ("UPDATE audit SET hash = 'f' || substr(hash, 1, 63) WHERE secret_id = 2 AND no = 5", 5),
        ("UPDATE audit SET no = 9 WHERE secret_id = 2 AND no = 5", 5),
        ("DELETE FROM audit WHERE secret_id = 2 AND no = 1", 1),
        ("DELETE FROM audit WHERE secret_id = 2 AND no = 3", 3),
        ("DELETE FROM audit WHERE secret_id = 2 AND no >= 4", 4),
        ("DELETE FROM audit WHERE secret_id = 2", 1),
        // the order of two rows
        ("UPDATE audit SET no = -2 WHERE secret_id = 2 AND no = 2; UPDATE audit SET no = 2 WHERE secret_id = 2 AND no = 3;
          UPDATE audit SET no = 3 WHERE secret_id = 2 AND no = -2", 2),
        // a row in place of another's
        ("DELETE FROM audit WHERE secret_id = 2 AND no = 3;
          INSERT INTO audit SELECT 2, no, at_us, body, prev, hash FROM audit WHERE secret_id = 1 AND no = 3", 3),
        // a row too many
        ("INSERT INTO audit SELECT 2, 6, at_us, body, prev, hash FROM audit WHERE secret_id = 1 AND no = 5", 6),
        // the head
        ("UPDATE secret SET audit_head = '' WHERE id = 2", 5),
        ("UPDATE secret SET audit_no = 7 WHERE id = 2", 6),
        // a tail that is cut off together with the number in the head
        ("DELETE FROM audit WHERE secret_id = 2 AND no = 5; UPDATE secret SET audit_no = 4 WHERE id = 2", 4),
    ] {
        assert_eq!(verdict_after(text).await, Verified::Broken { secret: secret("b/prod"), no }, "{text}");
    }
}

/// Every row that can be missing, and every two that can change places.
#[tokio::test]
async fn the_first_row_that_is_missing_or_out_of_order_is_named() {
    use sqlx::{ConnectOptions as _, Connection as _};
    const ROWS: u64 = 12;
    let (place, a) = (Place::new(), secret("a/prod"));
    let store = place.make().await;
    advance(&store, &a, ROWS).await;
    let mut conn = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path()).connect().await.unwrap();
    let mut renumber = async |from: u64, to: i64| {
        let renumbered = sqlx::query("UPDATE audit SET no = $2 WHERE no = $1");
        renumbered.bind(i64::try_from(from).unwrap()).bind(to).execute(&mut conn).await.unwrap();
    };
    let number = |no: u64| i64::try_from(no).unwrap();
    for first in 1..=ROWS {
        // out of the way is gone
        renumber(first, 1_000).await;
        assert_eq!(store.audit_verify(None).await.unwrap(), Verified::Broken { secret: a.clone(), no: first });
        for other in first + 1..=ROWS {
            renumber(other, number(first)).await;
            renumber(1_000, number(other)).await;
            let found = store.audit_verify(None).await.unwrap();
            assert_eq!(found, Verified::Broken { secret: a.clone(), no: first }, "{first} and {other}");
            renumber(other, 1_000).await;
            renumber(first, number(other)).await;
        }
        renumber(1_000, number(first)).await;
    }
    assert_eq!(store.audit_verify(None).await.unwrap(), Verified::unsigned(ROWS));
    conn.close().await.unwrap();
}

#[tokio::test]
async fn a_whole_chain_can_not_stand_for_another_secret() {
    let text = "UPDATE audit SET secret_id = secret_id + 10;
        UPDATE audit SET secret_id = 13 - secret_id;
        UPDATE secret SET audit_head = (SELECT hash FROM audit WHERE secret_id = secret.id AND no = 5)";
    assert_eq!(verdict_after(text).await, Verified::Broken { secret: secret("a/prod"), no: 1 });
}

#[tokio::test]
async fn a_commit_whose_audit_row_can_not_be_written_is_not_made() {
    let (place, a) = (Place::new(), secret("a/prod"));
    let store = place.make().await;
    advance(&store, &a, 1).await;
    place.raw("CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END").await;
    let before = store.read(&a).await.unwrap();
    let revision = before.as_ref().unwrap().ledger.revision.0;
    let commit = crate::house::commit(revision, 1, vec![], Some(crate::house::rotation(1)));
    let note = crate::house::record("never");
    let error = store.commit(&a, &commit, &note, Some(&crate::house::attachment(1, b"x"))).await.unwrap_err();
    assert!(matches!(error, keybaton_ports::StoreError::Database { .. }), "{error:?}");
    assert_eq!(store.read(&a).await.unwrap(), before);
    assert_eq!(store.commits(), 1);
    place.raw("DROP TRIGGER refuse").await;
    store.commit(&a, &commit, &note, None).await.unwrap();
}
