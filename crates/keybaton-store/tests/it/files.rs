//! What opening says of files that are missing, foreign, damaged, newer, sealed with another key, or not ours to read.

use std::{
    fs::{self, File, Permissions},
    io::{Seek, SeekFrom, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

use keybaton_ports::Store;
use keybaton_seal::MasterKey;
use keybaton_store::{OpenError, Options, Sqlite, database_path};

use crate::house::{Place, advance, raw, secret};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn only_the_owner_can_read_the_files() {
    let place = Place::new();
    let store = place.make().await;
    advance(&store, &secret("a/prod"), 1).await;
    let folder = place.path().parent().unwrap().to_owned();
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(fs::read_to_string(folder.join(".gitignore")).unwrap(), "*\n");
    let mut names = Vec::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name == ".gitignore" || mode(&path) == 0o600, "{name} has {:o}", mode(&path));
        names.push(name);
    }
    names.sort();
    assert_eq!(names, [".gitignore", "state.db", "state.db-shm", "state.db-wal", "state.db.witness"]);
    store.close().await.unwrap();
    fs::set_permissions(place.path(), Permissions::from_mode(0o644)).unwrap();
    place.open().await.unwrap();
    assert_eq!(mode(&place.path()), 0o600);
}

#[tokio::test]
async fn a_missing_database_is_not_made_by_opening_it() {
    let place = Place::new();
    let error = place.refusal().await;
    assert!(matches!(error, OpenError::Missing { .. }), "{error:?}");
    assert!(error.to_string().contains("nothing was made"), "{error}");
    assert!(!place.path().parent().unwrap().exists());
}

#[tokio::test]
async fn a_database_that_is_gone_from_beside_its_witness_is_lost_and_not_missing() {
    let place = Place::new();
    place.make().await.close().await.unwrap();
    fs::remove_file(place.path()).unwrap();
    let error = place.refusal().await;
    assert!(matches!(error, OpenError::Lost { .. }), "{error:?}");
    assert!(error.to_string().contains("is gone") && error.to_string().contains("restore a backup"), "{error}");
    assert!(!place.path().exists());
}

#[tokio::test]
async fn a_second_creation_finds_the_first() {
    let place = Place::new();
    let first = place.make().await;
    let opened = Sqlite::open(Options { create: true, ..place.options() }).await.unwrap();
    assert!(!opened.created);
    assert_eq!(opened.store.installation(), first.installation());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_create_at_once_share_one_database() {
    for _ in 0..8 {
        let place = Place::new();
        let options = Options { create: true, ..place.options() };
        let both = [("a/prod", options.clone()), ("b/prod", options)].map(|(name, options)| {
            tokio::spawn(async move {
                let opened = Sqlite::open(options).await.unwrap();
                advance(&opened.store, &secret(name), 1).await;
                opened
            })
        });
        let mut opened = Vec::new();
        for one in both {
            opened.push(one.await.unwrap());
        }
        assert_eq!(opened.iter().filter(|o| o.created).count(), 1);
        assert!(opened.iter().all(|o| o.restored.is_none()));
        assert_eq!(opened[0].store.installation(), opened[1].store.installation());
    }
}

#[tokio::test]
async fn a_database_that_was_there_is_not_replaced_by_a_new_one() {
    let place = Place::new();
    place.make().await.close().await.unwrap();
    fs::remove_file(place.path()).unwrap();
    let again = Sqlite::open(Options { create: true, ..place.options() }).await;
    let error = again.map(|_| ()).unwrap_err();
    assert!(matches!(error, OpenError::Lost { .. }), "{error:?}");
    assert!(!place.path().exists());
    fs::remove_file(place.witness()).unwrap();
    assert!(Sqlite::open(Options { create: true, ..place.options() }).await.unwrap().created);
}

#[tokio::test]
async fn a_strangers_file_is_left_as_it_is() {
    let place = Place::new();
    fs::create_dir(place.path().parent().unwrap()).unwrap();
    raw(&place.path(), "CREATE TABLE meta (name TEXT, value TEXT); PRAGMA user_version = 3").await;
    let before = fs::read(place.path()).unwrap();
    for create in [false, true] {
        let error = Sqlite::open(Options { create, ..place.options() }).await.map(|_| ()).unwrap_err();
        assert!(matches!(error, OpenError::NotOurs { .. }), "{error:?}");
        assert!(error.to_string().contains("is not a keybaton state database"), "{error}");
        assert_eq!(fs::read(place.path()).unwrap(), before);
    }
    fs::write(place.path(), "just a text").unwrap();
    assert!(matches!(place.refusal().await, OpenError::NotOurs { .. }));
}

type Damage = fn(&Path);

#[tokio::test]
async fn a_damaged_database_is_named_and_kept() {
    let damages: [(&str, Damage); 4] = [
        ("header", |path| write_at(path, 0, &[0; 100])),
        ("pages", |path| (1..6).for_each(|page| write_at(path, page * 4096, &[0xA5; 2048]))),
        ("cut", |path| File::options().write(true).open(path).unwrap().set_len(3 * 4096 + 100).unwrap()),
        ("empty", |path| File::options().write(true).open(path).unwrap().set_len(0).unwrap()),
    ];
    for (name, damage) in damages {
        let place = Place::new();
        let store = place.make().await;
        advance(&store, &secret("a/prod"), 5).await;
        store.close().await.unwrap();
        damage(&place.path());
        let before = fs::read(place.path()).unwrap();
        let error = place.refusal().await;
        assert!(matches!(error, OpenError::Corrupt { .. }), "{name}: {error:?}");
        assert!(error.to_string().contains("every key that was valid still is"), "{error}");
        assert_eq!(fs::read(place.path()).unwrap(), before, "{name}");
    }
}

fn write_at(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

#[tokio::test]
async fn a_newer_database_is_refused_with_both_numbers() {
    let place = Place::new();
    place.make().await.close().await.unwrap();
    place.raw("UPDATE meta SET value = '99' WHERE name = 'schema'").await;
    let error = place.refusal().await;
    assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error:?}");
    assert!(error.to_string().contains("newer keybaton"), "{error}");
}

#[tokio::test]
async fn another_master_key_is_refused_by_name() {
    let place = Place::new();
    place.make().await.close().await.unwrap();
    let other = MasterKey::generate().unwrap().id().unwrap();
    let opened = Sqlite::open(Options { master_key: other, ..place.options() }).await;
    let error = opened.map(|_| ()).unwrap_err();
    assert!(matches!(error, OpenError::WrongKey { database, given, .. } if database == place.key && given == other));
    assert!(error.to_string().contains(&place.key.to_string()), "{error}");
    place.open().await.unwrap();
}

#[tokio::test]
async fn a_file_that_may_not_be_read_is_no_missing_file() {
    let place = Place::new();
    place.make().await.close().await.unwrap();
    fs::set_permissions(place.path(), Permissions::from_mode(0o000)).unwrap();
    if File::open(place.path()).is_ok() {
        return; // nothing is forbidden to this user
    }
    assert!(matches!(place.refusal().await, OpenError::Permission { .. }));
}

#[test]
fn an_address_is_sqlite_and_a_path() {
    let base = Path::new("/etc/keybaton");
    let path = |address| database_path(address, base).map(|path| path.to_str().unwrap().to_owned()).ok();
    assert_eq!(path("sqlite:.keybaton/state.db").as_deref(), Some("/etc/keybaton/.keybaton/state.db"));
    assert_eq!(path("sqlite:///var/lib/k.db").as_deref(), Some("/var/lib/k.db"));
    assert_eq!(path("sqlite:/var/lib/k.db").as_deref(), Some("/var/lib/k.db"));
    for address in ["", "sqlite:", "sqlite::memory:", "sqlite:x?mode=ro", "state.db", "postgres://h/d"] {
        assert_eq!(path(address), None, "{address}");
    }
}

#[tokio::test]
async fn nothing_that_is_published_or_sealed_is_in_the_files_as_plain_text() {
    use keybaton_ports::{Fence, Publication, Replaces, Store, Vault};
    use keybaton_types::{CredentialNo, Epoch, OpSeq, VersionNo};
    let (place, a) = (Place::new(), secret("a/prod"));
    let store = place.make().await;
    advance(&store, &a, 1).await;
    let rendering = keybaton_seal::SecretValue::from_text("canary-4711-canary".to_owned()).unwrap();
    let (version, credential) = (VersionNo(1), CredentialNo(1));
    let fence = Fence { epoch: Epoch(1), seq: OpSeq(1) };
    let (installation, replaces) = (store.installation(), Replaces::Anything);
    let publication =
        Publication { secret: &a, version, credential, rendering: &rendering, fence, installation, replaces };
    store.vault().publish(publication).await.unwrap();
    for entry in fs::read_dir(place.path().parent().unwrap()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(11).any(|window| window == b"canary-4711"));
    }
}
