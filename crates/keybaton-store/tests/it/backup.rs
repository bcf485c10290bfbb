//! A backup: consistent while others write, checked before it is restored, and never trusted afterwards (R11).

use std::{
    fs,
    io::Cursor,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use keybaton_ports::{Store, Verified};
use keybaton_store::{BackupError, BackupHeader, Options, Over, Replaced, Restore, Sqlite, Stale, restore_backup};

use crate::house::{Place, SPAN, advance, secret};

/// A backup in memory.
async fn backup(store: &Sqlite) -> (Vec<u8>, BackupHeader) {
    let mut bytes = Vec::new();
    let header = store.backup(&mut bytes).await.unwrap();
    (bytes, header)
}

/// A place with two secrets, and its backup.
async fn backed_up() -> (Place, Vec<u8>) {
    let place = Place::new();
    let store = place.make().await;
    advance(&store, &secret("a/prod"), 2).await;
    advance(&store, &secret("b/prod"), 1).await;
    let (bytes, _) = backup(&store).await;
    store.close().await.unwrap();
    (place, bytes)
}

async fn restore(place: &Place, bytes: &[u8], over: Over) -> Result<Replaced, BackupError> {
    let clock = Arc::new(place.clock.clone());
    let restore = Restore { over, clock, ..Restore::new(place.path(), place.key) };
    restore_backup(&mut Cursor::new(bytes), &restore).await
}

/// Another folder with the same key, in which nothing is yet.
fn elsewhere(place: &Place) -> Place {
    Place { key: place.key, ..Place::new() }
}

/// Everything in the folder of the state.
fn files(place: &Place) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = place.path().parent().unwrap().to_owned();
    let mut found: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    found.sort();
    found
}

/// The bytes with a head that is right for other words in it.
fn forged(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let mut parts = bytes.splitn(4, |byte| *byte == b'\n');
    let (kind, json, _, body) = (parts.next(), parts.next(), parts.next(), parts.next());
    let head = format!("{}\n{}\n", text(kind), text(json)).replace(from, to);
    let sum = keybaton_seal::digest_hex(head.as_bytes());
    [head.as_bytes(), sum.as_bytes(), b"\n", body.unwrap()].concat()
}

fn text(part: Option<&[u8]>) -> &str {
    std::str::from_utf8(part.unwrap()).unwrap()
}

#[tokio::test]
async fn a_backup_says_what_it_is() {
    let place = Place::new();
    let store = place.make().await;
    advance(&store, &secret("a/prod"), 2).await;
    store.claim(&secret("a/prod"), "one", SPAN).await.unwrap();
    let (bytes, header) = backup(&store).await;
    assert!(bytes.starts_with(b"keybaton-backup-1\n{"));
    assert_eq!(&header.installation, store.installation());
    assert_eq!((header.master_key, header.created_us), (place.key.to_string(), 1_000_000_000));
    let mark = &header.secrets[0];
    assert_eq!((mark.secret.to_string().as_str(), mark.epoch, mark.revision), ("a/prod", 2, 2));
    assert!(bytes.len() as u64 > header.bytes && header.sha256.len() == 64);
    let left: Vec<_> =
        files(&place).into_iter().filter(|(path, _)| path.to_str().unwrap().contains(".backup-")).collect();
    assert!(left.is_empty(), "the copy stayed behind: {left:?}");
}

#[tokio::test]
async fn what_is_restored_elsewhere_begins_a_new_epoch_and_waits_for_a_person() {
    let (place, bytes) = backed_up().await;
    let other = elsewhere(&place);
    let replaced = restore(&other, &bytes, Over::Keep).await.unwrap();
    assert_eq!(replaced.aside, None);
    assert_eq!(fs::metadata(other.path()).unwrap().permissions().mode() & 0o777, 0o600);
    let opened = other.open().await.unwrap();
    let restored = opened.restored.unwrap();
    assert_eq!((restored.why, restored.epoch, restored.secrets.len()), (Stale::Backup, 2, 2));
    let ledger = opened.store.read(&secret("a/prod")).await.unwrap().unwrap().ledger;
    assert!(ledger.restored);
    assert_eq!((ledger.next_version.0, ledger.epoch.0), (1_003, 2 << 32));
    assert_eq!(opened.store.audit_verify(None).await.unwrap(), Verified::unsigned(5));
    opened.store.close().await.unwrap();
    assert_eq!(other.open().await.unwrap().restored, None, "it is said once");
}

#[tokio::test]
async fn what_is_restored_in_its_own_place_is_not_trusted_either() {
    let (place, bytes) = backed_up().await;
    // nothing was written since: no witness would notice
    let replaced = restore(&place, &bytes, Over::Keep).await.unwrap();
    let aside = replaced.aside.unwrap();
    let opened = place.open().await.unwrap();
    assert_eq!(opened.restored.unwrap().why, Stale::Backup);
    let kept = Sqlite::open(Options { path: aside, ..place.options() }).await.unwrap().store;
    assert!(!kept.secrets().await.unwrap().is_empty(), "what was there before is whole");
}

#[tokio::test]
async fn a_state_that_has_gone_on_is_replaced_by_force_only_and_is_kept() {
    let (place, bytes) = backed_up().await;
    let store = place.open().await.unwrap().store;
    advance(&store, &secret("a/prod"), 3).await;
    store.close().await.unwrap();
    let before = files(&place);
    let error = restore(&place, &bytes, Over::Keep).await.unwrap_err();
    assert!(matches!(error, BackupError::Older { .. }), "{error:?}");
    assert_eq!(files(&place), before);
    let aside = restore(&place, &bytes, Over::Replace).await.unwrap().aside.unwrap();
    let restored = place.open().await.unwrap().restored.unwrap();
    assert_eq!((restored.epoch, restored.secrets.len()), (2, 2));
    let kept = Sqlite::open(Options { path: aside, ..place.options() }).await.unwrap().store;
    assert_eq!(kept.read(&secret("a/prod")).await.unwrap().unwrap().ledger.revision.0, 6, "5 and the mark of a copy");
}

#[tokio::test]
async fn another_state_is_replaced_by_force_only() {
    let (place, bytes) = backed_up().await;
    let other = elsewhere(&place);
    other.make().await.close().await.unwrap();
    let error = restore(&other, &bytes, Over::Keep).await.unwrap_err();
    assert!(matches!(error, BackupError::Foreign { .. }), "{error:?}");
    restore(&other, &bytes, Over::Replace).await.unwrap();
    assert_eq!(other.open().await.unwrap().restored.unwrap().secrets.len(), 2);
}

#[tokio::test]
async fn a_living_engine_is_never_overridden() {
    let (place, bytes) = backed_up().await;
    let store = place.open().await.unwrap().store;
    store.beat("host:1:abcd", SPAN).await.unwrap();
    for over in [Over::Keep, Over::Replace] {
        let error = restore(&place, &bytes, over).await.unwrap_err();
        assert!(matches!(&error, BackupError::Alive(who) if who == &["host:1:abcd"]), "{error:?}");
    }
    place.clock.advance(SPAN);
    store.claim(&secret("a/prod"), "host:2:dcba", SPAN).await.unwrap();
    let error = restore(&place, &bytes, Over::Replace).await.unwrap_err();
    assert!(matches!(&error, BackupError::Alive(who) if who == &["host:2:dcba"]), "{error:?}");
    place.clock.advance(SPAN);
    store.close().await.unwrap();
    restore(&place, &bytes, Over::Replace).await.unwrap();
}

#[tokio::test]
async fn a_backup_that_was_cut_off_anywhere_changes_nothing() {
    let (place, bytes) = backed_up().await;
    let other = elsewhere(&place);
    let head = bytes.len() - bytes.windows(16).rev().position(|w| w == b"SQLite format 3\0").unwrap() - 16;
    let ends = (0..head + 200).step_by(97).chain([head, bytes.len() - 4096, bytes.len() - 1]);
    for end in ends {
        let error = restore(&other, &bytes[..end], Over::Replace).await.unwrap_err();
        assert!(matches!(error, BackupError::NotOne | BackupError::Damaged(_)), "{end}: {error:?}");
        assert!(!other.path().exists(), "cut at {end}");
    }
    let longer = [bytes.as_slice(), b"x"].concat();
    assert!(matches!(restore(&other, &longer, Over::Keep).await.unwrap_err(), BackupError::Damaged(_)));
}

#[tokio::test]
async fn a_flipped_bit_anywhere_changes_nothing() {
    let (place, bytes) = backed_up().await;
    let before = files(&place);
    for at in (0..400).chain((400..bytes.len()).step_by(991)) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        let error = restore(&place, &flipped, Over::Replace).await.unwrap_err();
        let said = matches!(error, BackupError::NotOne | BackupError::Newer { .. } | BackupError::Damaged(_));
        assert!(said, "{at}: {error:?}");
    }
    assert_eq!(files(&place), before);
}

#[tokio::test]
async fn a_newer_format_or_schema_is_refused() {
    let (place, bytes) = backed_up().await;
    let other = elsewhere(&place);
    for (from, to) in [("keybaton-backup-1", "keybaton-backup-2"), ("\"format\":", "\"format\":9")] {
        let error = restore(&other, &forged(&bytes, from, to), Over::Keep).await.unwrap_err();
        assert!(matches!(error, BackupError::Newer { .. }), "{error:?}");
    }
    assert!(!other.path().exists());
}

#[tokio::test]
async fn a_head_that_belongs_to_another_body_is_refused() {
    let (place, bytes) = backed_up().await;
    let store = place.open().await.unwrap().store;
    let installation = store.installation().to_string();
    let other = elsewhere(&place);
    let error = restore(&other, &forged(&bytes, &installation, "zzzzzz"), Over::Keep).await.unwrap_err();
    assert!(matches!(error, BackupError::Damaged(_)), "{error:?}");
}

#[tokio::test]
async fn a_backup_of_another_master_key_is_refused_by_name() {
    let (place, bytes) = backed_up().await;
    let other = Place::new();
    let error = restore(&other, &bytes, Over::Replace).await.unwrap_err();
    assert!(matches!(error, BackupError::WrongKey { backup, given } if backup == place.key && given == other.key));
    assert!(!other.path().exists());
}

#[tokio::test]
async fn something_else_is_no_backup() {
    let (place, _) = backed_up().await;
    let before = files(&place);
    let database = fs::read(place.path()).unwrap();
    for bytes in [&b""[..], b"\n\n\n", b"these are my notes", &database, &[0; 4096]] {
        let error = restore(&place, bytes, Over::Replace).await.unwrap_err();
        assert!(matches!(error, BackupError::NotOne), "{error:?}");
    }
    assert_eq!(files(&place), before);
}

#[tokio::test]
async fn a_log_that_was_left_behind_is_not_replayed_into_the_backup() {
    let (place, bytes) = backed_up().await;
    let store = place.open().await.unwrap().store;
    advance(&store, &secret("a/prod"), 5).await;
    let log = place.path().with_file_name("state.db-wal");
    let wal = fs::read(&log).unwrap();
    assert!(!wal.is_empty());
    store.close().await.unwrap();
    fs::remove_file(place.path()).unwrap();
    fs::write(&log, wal).unwrap();
    restore(&place, &bytes, Over::Keep).await.unwrap();
    let opened = place.open().await.unwrap();
    assert_eq!(opened.store.read(&secret("a/prod")).await.unwrap().unwrap().ledger.revision.0, 3, "2 and the mark");
    assert!(opened.store.integrity().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_backup_that_is_made_while_others_write_is_whole() {
    let place = Place::new();
    let store = place.make().await;
    let stop = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn({
        let (store, stop) = (store.clone(), Arc::clone(&stop));
        async move {
            while !stop.load(Ordering::SeqCst) {
                advance(&store, &secret("a/prod"), 1).await;
                advance(&store, &secret("b/prod"), 1).await;
            }
        }
    });
    let mut last = 0;
    for _ in 0..10 {
        let (bytes, header) = backup(&store).await;
        assert!(header.writes >= last);
        last = header.writes;
        let other = elsewhere(&place);
        restore(&other, &bytes, Over::Keep).await.unwrap();
        let restored = other.open().await.unwrap().store;
        assert!(matches!(restored.audit_verify(None).await.unwrap(), Verified::Whole { .. }));
    }
    stop.store(true, Ordering::SeqCst);
    writing.await.unwrap();
    assert!(last > 0, "nothing was written meanwhile");
}

#[tokio::test]
async fn a_census_counts_what_is_there() {
    let place = Place::new();
    let store = place.make().await;
    advance(&store, &secret("a/prod"), 2).await;
    let census = store.census().await.unwrap();
    assert_eq!((census.secrets, census.epoch, census.audit, census.tokens), (1, 1, 2, 0));
    assert!(census.writes > 2 && census.schema >= 2);
    assert!(store.integrity().await.unwrap().is_empty());
}
