//! The sealed disk cache.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use keybaton_client::{CacheKey, Client, DiskCache, Error};
use keybaton_types::VersionNo;
use keybaton_types::wire::Kind;

use crate::clock::Shifted;
use crate::fake::{self, Fake, Mode, SECRET, Served, until};

/// Where a child of these tests finds the fake and its cache.
const URL: &str = "KEYBATON_TEST_URL";
const FOLDER: &str = "KEYBATON_TEST_CACHE";

fn cache(folder: &Path) -> DiskCache {
    DiskCache::open(folder.join("cache"), &CacheKey::Beside).unwrap()
}

fn client(url: &str, folder: &Path) -> Client {
    fake::builder(url).cache(cache(folder)).build().unwrap()
}

/// Waits until a process that ends has let go of its cache.
async fn client_again(url: &str, folder: &Path) -> Client {
    let mut opened = None;
    until("the cache is free", || {
        opened = DiskCache::open(folder.join("cache"), &CacheKey::Beside).ok();
        opened.is_some()
    })
    .await;
    fake::builder(url).cache(opened.unwrap()).build().unwrap()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder.join("cache")).unwrap().map(|entry| entry.unwrap().path()).collect()
}

fn sealed(folder: &Path) -> PathBuf {
    folder.join("cache/payments.prod.sealed")
}

/// Fills the cache with what the fake serves, and ends.
async fn fill(fake: &Fake, folder: &Path) {
    let client = client(&fake.url, folder);
    client.secret(SECRET).unwrap().ready().await.unwrap();
    client.close().await;
}

#[tokio::test]
async fn a_restart_during_an_outage_begins_with_what_the_disk_holds() {
    let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
    fill(&fake, folder.path()).await;
    fake.behave(Mode::Hangs);
    let client = client_again(&fake.url, folder.path()).await;
    let handle = client.secret(SECRET).unwrap();
    let lent = handle.ready().await.unwrap();
    assert_eq!(lent.text(), "v4lue-1-5c0ffee");
    assert!(lent.remaining(client.now()).ttl < Duration::from_mins(10), "the term goes on over a restart");
}

#[tokio::test]
async fn the_disk_holds_no_plaintext_and_lets_nobody_else_in() {
    let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
    fill(&fake, folder.path()).await;
    assert_eq!(fs::metadata(folder.path().join("cache")).unwrap().permissions().mode() & 0o777, 0o700);
    for path in files(folder.path()) {
        let text = fs::read(&path).unwrap();
        assert!(!text.windows(5).any(|window| window == b"v4lue"), "{}", path.display());
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert!(mode == 0o600 || path.ends_with("lock"), "{} has mode {mode:o}", path.display());
    }
}

#[tokio::test]
async fn versions_do_not_go_backwards_over_a_restart() {
    let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
    fake.serve(Served::version(7).condemning(&[3]));
    fill(&fake, folder.path()).await;
    fake.serve(Served::version(5));
    let client = client_again(&fake.url, folder.path()).await;
    let handle = client.secret(SECRET).unwrap();
    until("the trouble is known", || handle.notices().trouble.is_some()).await;
    assert_eq!(handle.get().unwrap().version(), VersionNo(7));
    assert_eq!(handle.notices().condemned, [VersionNo(3)]);
    fake.until("keybaton hears of it", |fake| fake.seen(7).contains(&Kind::Fetched)).await;
}

#[tokio::test]
async fn a_copy_whose_term_is_over_is_not_used() {
    let (fake, folder, clock) = (Fake::start().await, tempfile::tempdir().unwrap(), Shifted::default());
    fake.serve(Served::version(1).term(60, 60));
    fill(&fake, folder.path()).await;
    fake.behave(Mode::Status(503));
    clock.suspend(Duration::from_mins(3));
    let cache = cache(folder.path());
    let client = fake::builder(&fake.url).cache(cache).clock(Arc::new(clock)).build().unwrap();
    let error = client.secret(SECRET).unwrap().ready().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
}

#[tokio::test]
async fn an_older_copy_of_the_cache_gives_way_to_the_server() {
    let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
    fill(&fake, folder.path()).await;
    let old = fs::read(sealed(folder.path())).unwrap();
    fake.serve(Served::version(1004).condemning(&[1]));
    let client = client_again(&fake.url, folder.path()).await;
    let handle = client.secret(SECRET).unwrap();
    until("version 1004", || handle.notices().version == Some(VersionNo(1004))).await;
    client.close().await;
    drop((client, handle));
    fs::write(sealed(folder.path()), old).unwrap();
    let client = client_again(&fake.url, folder.path()).await;
    let handle = client.secret(SECRET).unwrap();
    until("version 1004", || handle.notices().version == Some(VersionNo(1004))).await;
    assert_eq!(handle.notices().last_good, None, "a condemned version came back from an older copy");
}

#[tokio::test]
async fn a_damaged_file_is_said_and_removed_and_the_server_helps() {
    let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
    fill(&fake, folder.path()).await;
    let mut bytes = fs::read(sealed(folder.path())).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(sealed(folder.path()), bytes).unwrap();
    fake.behave(Mode::Status(503));
    let client = client_again(&fake.url, folder.path()).await;
    let handle = client.secret(SECRET).unwrap();
    until("it is said", || handle.notices().cache_trouble.is_some()).await;
    let said = handle.notices().cache_trouble.clone().unwrap();
    assert!(said.contains("payments.prod.sealed") && !said.contains("v4lue"), "{said}");
    assert!(handle.get().is_err());
    fake.behave(Mode::Well);
    until("the server helps", || handle.get().is_ok()).await;
    until("and the disk holds it again", || handle.notices().cache_trouble.is_none()).await;
}

#[tokio::test]
async fn a_reader_that_is_cut_off_keeps_nothing_on_the_disk() {
    let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
    let first = client(&fake.url, folder.path());
    let handle = first.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.behave(Mode::Status(403));
    until("it is wiped", || handle.get().is_err()).await;
    first.close().await;
    drop((first, handle));
    fake.behave(Mode::Status(503));
    let client = client_again(&fake.url, folder.path()).await;
    assert!(client.secret(SECRET).unwrap().ready().await.is_err());
}

#[tokio::test]
async fn two_processes_cannot_share_a_cache() {
    let folder = tempfile::tempdir().unwrap();
    let _first = cache(folder.path());
    let error = DiskCache::open(folder.path().join("cache"), &CacheKey::Beside).err().unwrap();
    assert!(error.to_string().contains("another process"), "{error}");
}

#[test]
fn a_folder_that_others_may_use_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let error = DiskCache::open(folder.path(), &CacheKey::Beside).err().unwrap();
    assert!(matches!(error, Error::CacheOpen { mode: 0o755, .. }), "{error:?}");
}

#[test]
fn a_key_may_come_from_elsewhere_and_a_missing_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    let missing = DiskCache::open(folder.path().join("cache"), &CacheKey::File(key)).err().unwrap();
    assert!(matches!(missing, Error::CacheKey(_)), "{missing:?}");
    let credential = CacheKey::Credential("../key".to_owned());
    let refused = DiskCache::open(folder.path().join("cache"), &credential).err().unwrap();
    assert!(matches!(refused, Error::CacheCredential(_)), "{refused:?}");
}

#[tokio::test]
async fn a_disk_that_fails_costs_the_cache_and_never_the_value() {
    let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
    let client = client(&fake.url, folder.path());
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.until("a held request", |fake| fake.reads() == 2).await;
    fs::remove_dir_all(folder.path().join("cache")).unwrap();
    fake.serve(Served::version(2));
    until("version 2", || handle.notices().version == Some(VersionNo(2))).await;
    let said = handle.notices().cache_trouble.clone().unwrap();
    assert!(said.contains("could not be written"), "{said}");
    handle.get().unwrap().succeeded();
    fake.until("its use is told, because no older version is left", |fake| fake.seen(2).contains(&Kind::Used)).await;
}

#[tokio::test]
async fn a_use_is_not_told_while_the_disk_may_hold_an_older_version() {
    let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
    let client = client(&fake.url, folder.path());
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.until("a held request", |fake| fake.reads() == 2).await;
    // what can be neither replaced nor removed: a folder with something in it
    fs::remove_file(sealed(folder.path())).unwrap();
    fs::create_dir_all(sealed(folder.path()).join("stuck")).unwrap();
    fake.serve(Served::version(2).retiring(&[1]));
    until("version 2", || handle.notices().version == Some(VersionNo(2))).await;
    handle.get().unwrap().succeeded();
    fake.until("the call is counted", |fake| fake.counted(2).0 == 1).await;
    assert_eq!((fake.seen(1), fake.seen(2)), (vec![], vec![]), "told before the disk has it");
    fs::remove_dir_all(sealed(folder.path())).unwrap();
    let told = |fake: &Fake| fake.seen(2).contains(&Kind::Used) && fake.seen(1).contains(&Kind::Dropped);
    fake.until("both are told after the disk has it", told).await;
    assert!(sealed(folder.path()).is_file());
}

/// The child of the next tests: reads, waits for version 2, uses it, and goes on.
#[tokio::test]
#[ignore = "started by the tests that limit or kill it"]
async fn a_service_with_a_cache() {
    let (Ok(url), Some(folder)) = (std::env::var(URL), std::env::var_os(FOLDER)) else { return };
    let client = client(&url, Path::new(&folder));
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    loop {
        if let Ok(lent) = handle.get() {
            lent.succeeded();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A child that may not write more than so many blocks of 512 bytes into any file.
fn child(fake: &Fake, folder: &Path, blocks: &str) -> std::process::Child {
    let script = format!("trap '' XFSZ; ulimit -c 0; ulimit -f {blocks}; exec \"$@\"");
    let mut command = Command::new("sh");
    command.args(["-c", &script, "sh"]).arg(std::env::current_exe().unwrap());
    command.args(["disk::a_service_with_a_cache", "--exact", "--ignored"]);
    command.env(URL, &fake.url).env(FOLDER, folder).stdout(Stdio::null()).spawn().unwrap()
}

#[tokio::test]
async fn a_full_disk_keeps_no_version_and_loses_none() {
    let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
    drop(cache(folder.path()));
    let mut child = child(&fake, folder.path(), "0");
    fake.until("version 1 is used", |fake| fake.seen(1).contains(&Kind::Used)).await;
    fake.serve(Served::version(2));
    fake.until("version 2 is used", |fake| fake.seen(2).contains(&Kind::Used)).await;
    assert!(!sealed(folder.path()).exists());
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
async fn after_a_kill_the_disk_holds_what_was_told_to_be_used() {
    for round in 0..4 {
        let (fake, folder) = (Fake::start().await, tempfile::tempdir().unwrap());
        let mut child = child(&fake, folder.path(), "unlimited");
        fake.until("version 1 is used", |fake| fake.seen(1).contains(&Kind::Used)).await;
        fake.serve(Served::version(2));
        fake.until("version 2 is used", |fake| fake.seen(2).contains(&Kind::Used)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        fake.behave(Mode::Hangs);
        let client = client_again(&fake.url, folder.path()).await;
        let handle = client.secret(SECRET).unwrap();
        assert_eq!(handle.ready().await.unwrap().version(), VersionNo(2), "round {round}");
    }
}
