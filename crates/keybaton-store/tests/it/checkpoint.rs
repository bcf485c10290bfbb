//! Checkpoints: whatever somebody with write access to the database changes, the first record that does not fit is named.

use keybaton_ports::{AuditRow, Checkpoint, Store, Verified};
use keybaton_seal::{AuditKey, AuditSigner, MasterKey, chain};
use keybaton_store::Sqlite;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use crate::house::{House, Place, advance, secret};

fn signer(store: &dyn Store) -> AuditSigner {
    AuditSigner::new(&MasterKey::generate().unwrap(), store.installation()).unwrap()
}

/// Two chains of three rows under two checkpoints, and a row that none covers.
struct Small {
    place: Place,
    store: Sqlite,
    key: AuditKey,
}

impl Small {
    async fn new() -> Self {
        let place = Place::new();
        let store = place.make().await;
        let signer = signer(&store);
        advance(&store, &secret("a/prod"), 2).await;
        advance(&store, &secret("b/prod"), 3).await;
        store.checkpoint(&signer).await.unwrap().unwrap();
        advance(&store, &secret("a/prod"), 1).await;
        store.checkpoint(&signer).await.unwrap().unwrap();
        advance(&store, &secret("b/prod"), 1).await;
        Self { place, store, key: signer.key() }
    }

    async fn verified(&self) -> Verified {
        self.store.audit_verify(Some(&self.key)).await.unwrap()
    }

    async fn connect(&self) -> SqliteConnection {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.place.path()).foreign_keys(false);
        options.connect().await.unwrap()
    }
}

#[tokio::test]
async fn what_is_signed_is_counted_and_nothing_is_signed_twice() {
    for house in [House::memory(), House::sqlite().await] {
        let (store, signer) = (house.store.as_ref(), signer(house.store.as_ref()));
        assert_eq!(store.checkpoint(&signer).await.unwrap(), None, "there is nothing to sign");
        advance(store, &secret("a/prod"), 2).await;
        let first = store.checkpoint(&signer).await.unwrap().unwrap();
        assert_eq!(store.checkpoint(&signer).await.unwrap().as_ref(), Some(&first), "nothing has moved");
        advance(store, &secret("b/prod"), 1).await;
        let second = store.checkpoint(&signer).await.unwrap().unwrap();
        assert_eq!((second.no, &second.prev), (2, &first.hash));
        assert!(!second.body.contains("a/prod"), "a head that has not moved is named again");
        advance(store, &secret("a/prod"), 1).await;
        let found = store.audit_verify(Some(&signer.key())).await.unwrap();
        assert_eq!(found, Verified::Whole { rows: 4, checkpoints: 2, unsigned: 1 });
        assert_eq!(store.checkpoints(1, 10).await.unwrap(), [second]);
    }
}

#[tokio::test]
async fn another_key_has_not_signed_it() {
    let small = Small::new().await;
    assert_eq!(small.verified().await, Verified::Whole { rows: 7, checkpoints: 2, unsigned: 1 });
    let stranger = signer(&small.store).key();
    let found = small.store.audit_verify(Some(&stranger)).await.unwrap();
    assert_eq!(found, Verified::Forged { checkpoint: 1 });
}

/// Every byte of every text of every row and checkpoint, one at a time.
#[tokio::test]
async fn a_byte_that_is_changed_anywhere_names_its_record() {
    let small = Small::new().await;
    let mut conn = small.connect().await;
    let mut changed = 0;
    for row in small.store.audit_rows(None, 0, 1000).await.unwrap() {
        for (column, text) in [("body", &row.body), ("prev", &row.prev), ("hash", &row.hash)] {
            for place in 0..text.len() {
                set_row(&mut conn, &row, column, &flipped(text, place)).await;
                let expected = Verified::Broken { secret: row.secret.clone(), no: row.no };
                assert_eq!(small.verified().await, expected, "{column}, byte {place}");
                changed += 1;
            }
            set_row(&mut conn, &row, column, text).await;
        }
    }
    for kept in small.store.checkpoints(0, 100).await.unwrap() {
        let columns =
            [("body", &kept.body), ("prev", &kept.prev), ("hash", &kept.hash), ("signature", &kept.signature)];
        for (column, text) in columns {
            for place in 0..text.len() {
                set_checkpoint(&mut conn, &kept, column, &flipped(text, place)).await;
                assert_eq!(small.verified().await, Verified::Forged { checkpoint: kept.no }, "{column}, byte {place}");
                changed += 1;
            }
            set_checkpoint(&mut conn, &kept, column, text).await;
        }
    }
    assert!(changed > 2_000, "only {changed} bytes were changed");
    assert_eq!(small.verified().await, Verified::Whole { rows: 7, checkpoints: 2, unsigned: 1 });
}

fn flipped(text: &str, place: usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    bytes[place] ^= 1;
    String::from_utf8(bytes).unwrap()
}

async fn set_row(conn: &mut SqliteConnection, row: &AuditRow, column: &str, text: &str) {
    let statement = match column {
        "body" => "UPDATE audit SET body = $1 WHERE no = $2 AND secret_id = (SELECT id FROM secret WHERE name = $3)",
        "prev" => "UPDATE audit SET prev = $1 WHERE no = $2 AND secret_id = (SELECT id FROM secret WHERE name = $3)",
        _ => "UPDATE audit SET hash = $1 WHERE no = $2 AND secret_id = (SELECT id FROM secret WHERE name = $3)",
    };
    let query = sqlx::query(statement).bind(text).bind(i64::try_from(row.no).unwrap()).bind(row.secret.name());
    assert_eq!(query.execute(conn).await.unwrap().rows_affected(), 1);
}

async fn set_checkpoint(conn: &mut SqliteConnection, kept: &Checkpoint, column: &str, text: &str) {
    let statement = match column {
        "body" => "UPDATE checkpoint SET body = $1 WHERE no = $2",
        "prev" => "UPDATE checkpoint SET prev = $1 WHERE no = $2",
        "hash" => "UPDATE checkpoint SET hash = $1 WHERE no = $2",
        _ => "UPDATE checkpoint SET signature = $1 WHERE no = $2",
    };
    let query = sqlx::query(statement).bind(text).bind(i64::try_from(kept.no).unwrap());
    assert_eq!(query.execute(conn).await.unwrap().rows_affected(), 1);
}

/// Who writes a chain anew, with right hashes and a right head, has no key.
#[tokio::test]
async fn a_chain_that_was_written_anew_is_found_from_the_last_row_that_is_proven() {
    let small = Small::new().await;
    let mut conn = small.connect().await;
    let rows = small.store.audit_rows(Some(&secret("a/prod")), 0, 10).await.unwrap();
    let mut prev = rows[0].hash.clone();
    for row in &rows[1..] {
        let body = row.body.replace("advance", "nothing");
        let hash = chain(&prev, body.as_bytes());
        for (column, text) in [("body", &body), ("prev", &prev), ("hash", &hash)] {
            set_row(&mut conn, row, column, text).await;
        }
        prev = hash;
    }
    let head = sqlx::query("UPDATE secret SET audit_head = $1 WHERE name = 'a'").bind(&prev);
    head.execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    // the first checkpoint signs row 2, and nothing before it
    assert_eq!(small.verified().await, Verified::Broken { secret: secret("a/prod"), no: 1 });
}

#[tokio::test]
async fn a_tail_that_was_cut_off_with_its_head_is_named() {
    for (text, found) in [
        // the last signed row, head and all
        (
            "DELETE FROM audit WHERE secret_id = 1 AND no = 3; UPDATE secret SET audit_no = 2,
             audit_head = (SELECT hash FROM audit WHERE secret_id = 1 AND no = 2) WHERE id = 1",
            Verified::Broken { secret: secret("a/prod"), no: 3 },
        ),
        // a whole secret
        (
            "DELETE FROM audit WHERE secret_id = 1; DELETE FROM secret WHERE id = 1",
            Verified::Broken { secret: secret("a/prod"), no: 1 },
        ),
        // the last checkpoint
        ("DELETE FROM checkpoint WHERE no = 2", Verified::Forged { checkpoint: 2 }),
        // and the first
        ("DELETE FROM checkpoint WHERE no = 1", Verified::Forged { checkpoint: 1 }),
        // the order of the two
        ("UPDATE checkpoint SET no = no + 10; UPDATE checkpoint SET no = 13 - no", Verified::Forged { checkpoint: 1 }),
        ("UPDATE checkpoint SET at_us = at_us + 1 WHERE no = 2", Verified::Forged { checkpoint: 2 }),
        // a mark that would keep rows from being signed
        ("UPDATE secret SET signed_no = 99 WHERE id = 2", Verified::Forged { checkpoint: 3 }),
    ] {
        let small = Small::new().await;
        small.place.raw(text).await;
        assert_eq!(small.verified().await, found, "{text}");
    }
}

#[tokio::test]
async fn pages_of_all_chains_have_every_row_once() {
    for house in [House::memory(), House::sqlite().await] {
        let store = house.store.as_ref();
        for (name, rows) in [("a/prod", 9), ("b/prod", 2), ("c/prod", 5)] {
            advance(store, &secret(name), rows).await;
        }
        for limit in [1, 2, 3, 7, 100] {
            let (mut seen, mut after) = (Vec::new(), 0);
            loop {
                let page = store.audit_rows(None, after, limit).await.unwrap();
                let Some(last) = page.iter().map(|row| row.no).max() else { break };
                after = last;
                seen.extend(page.into_iter().map(|row| (row.secret, row.no)));
            }
            let count = seen.len();
            seen.sort();
            seen.dedup();
            assert_eq!((seen.len(), count), (16, 16), "pages of {limit}");
        }
    }
}
