//! Detours: the vault is read itself while keybaton is silent, and never when it said no.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keybaton_client::{
    Builder, CacheKey, Client, Detour, DetourNotice, DetourTerms, DiskCache, Error, Found, Handle, Reading,
};
use keybaton_seal::SecretValue;
use keybaton_types::VersionNo;
use keybaton_types::wire::Kind;

use crate::clock::Shifted;
use crate::fake::{self, Fake, Mode, SECRET, Served, until};

/// What the vault says: nothing, a value with or without a number, or a fault.
type Says = Result<Option<(Option<u64>, String)>, String>;

/// A vault in memory.
#[derive(Clone)]
struct FakeVault {
    says: Arc<Mutex<Says>>,
    reads: Arc<AtomicUsize>,
}

impl FakeVault {
    /// It serves the value of a version under its number.
    fn at(version: u64) -> Self {
        Self { says: Arc::new(Mutex::new(Ok(Some(shown(version))))), reads: Arc::default() }
    }

    fn says(&self, says: Says) {
        *self.says.lock().unwrap() = says;
    }

    fn reads(&self) -> usize {
        self.reads.load(Ordering::SeqCst)
    }
}

fn shown(version: u64) -> (Option<u64>, String) {
    (Some(version), Served::version(version).value)
}

impl Detour for FakeVault {
    fn read(&self) -> Reading {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let says = self.says.lock().unwrap().clone();
        Box::pin(async move {
            let found = says?;
            Ok(found.map(|(version, value)| Found {
                version: version.map(VersionNo),
                value: SecretValue::from_text(value).unwrap(),
            }))
        })
    }

    fn place(&self) -> &'static str {
        "a vault of a test"
    }
}

const TERMS: DetourTerms =
    DetourTerms { after: Duration::from_mins(1), every: Duration::from_millis(50), max_stale: Duration::from_hours(1) };

/// A reader with a detour, a clock that a test moves, and version 1 at hand.
struct Stage {
    fake: Fake,
    vault: FakeVault,
    clock: Shifted,
    _client: Client,
    handle: Handle,
}

impl Stage {
    async fn with(vault: FakeVault) -> Self {
        let (fake, clock) = (Fake::start().await, Shifted::default());
        let client = reader(fake.builder().clock(Arc::new(clock.clone())), &vault);
        let handle = client.secret(SECRET).unwrap();
        handle.ready().await.unwrap();
        Self { fake, vault, clock, _client: client, handle }
    }

    /// Keybaton is silent for longer than it takes.
    async fn falls_silent(&self) {
        self.fake.behave(Mode::Status(503));
        until("the trouble is known", || self.handle.notices().trouble.is_some()).await;
        self.clock.suspend(Duration::from_mins(11));
        drop(self.handle.get());
    }

    /// Time goes on, and a reader wants a newer answer.
    fn nudge(&self) {
        self.clock.suspend(Duration::from_secs(20));
        drop(self.handle.get());
    }

    fn has(&self, version: u64) -> bool {
        self.handle.get().is_ok_and(|lent| lent.version() == VersionNo(version))
    }

    fn notice(&self) -> Option<DetourNotice> {
        self.handle.notices().detour.clone()
    }

    /// Waits until the vault was read once more.
    async fn reads_again(&self) {
        let before = self.vault.reads();
        self.nudge();
        until("the vault is read again", || self.vault.reads() > before).await;
    }

    /// Waits until the vault is left for this reason.
    async fn leaves(&self, why: &str) {
        self.nudge();
        let says = || self.notice().and_then(|notice| notice.trouble).is_some_and(|trouble| trouble.contains(why));
        until(why, says).await;
    }
}

fn reader(builder: Builder, vault: &FakeVault) -> Client {
    let client = builder.hands_on().build().unwrap();
    client.set_detours([(SECRET.parse().unwrap(), Arc::new(vault.clone()) as Arc<dyn Detour>, TERMS)]).unwrap();
    client
}

/// A reader with a cache on the disk, as soon as the one before has let go of it.
async fn cached(url: &str, vault: &FakeVault, folder: &Path) -> Client {
    let mut opened = None;
    until("the cache is free", || {
        opened = DiskCache::open(folder.join("cache"), &CacheKey::Beside).ok();
        opened.is_some()
    })
    .await;
    reader(fake::builder(url).cache(opened.unwrap()), vault)
}

#[tokio::test]
async fn the_vault_is_read_only_after_the_stated_silence() {
    let stage = Stage::with(FakeVault::at(2)).await;
    stage.fake.behave(Mode::Status(503));
    stage.fake.until("keybaton was asked in vain", |fake| fake.reads() > 4).await;
    assert_eq!((stage.vault.reads(), stage.notice()), (0, None), "a minute is not over");
    stage.clock.suspend(Duration::from_secs(61));
    until("version 2", || stage.has(2)).await;
    let lent = stage.handle.get().unwrap();
    assert_eq!(lent.text(), "v4lue-2-5c0ffee");
    assert!(stage.handle.notices().trouble.is_some(), "what comes from the vault is never the whole truth");
    let notice = stage.notice().unwrap();
    assert!(notice.since.is_some() && notice.trouble.is_none(), "{notice:?}");
    assert_eq!(stage.handle.notices().last_good, Some(VersionNo(1)), "the version before stays as the fallback");
}

#[tokio::test]
async fn a_start_without_keybaton_and_without_a_cache_reads_the_vault_at_once() {
    let vault = FakeVault::at(4);
    let client = reader(fake::builder("http://127.0.0.1:9"), &vault);
    let lent = client.secret(SECRET).unwrap().ready().await.unwrap();
    assert_eq!((lent.version(), lent.text()), (VersionNo(4), "v4lue-4-5c0ffee"));
    let rest = lent.remaining(client.now());
    assert!(rest.ttl.is_zero() && rest.max_stale > Duration::from_mins(59), "{rest:?}");
}

#[tokio::test]
async fn nothing_is_read_where_no_detour_was_given() {
    let stage = Stage::with(FakeVault::at(2)).await;
    let client = stage.fake.builder().instance("another").hands_on().build().unwrap();
    let other = client.secret(SECRET).unwrap();
    other.ready().await.unwrap();
    stage.falls_silent().await;
    until("version 2 by the detour", || stage.has(2)).await;
    assert_eq!((other.get().unwrap().version(), other.notices().detour.clone()), (VersionNo(1), None));
}

#[tokio::test]
async fn keybatons_word_wins_when_it_is_back() {
    let confirmed = (2, "v4lue-2-5c0ffee");
    for (served, value) in [(1, "v4lue-1-5c0ffee"), (2, "v4lue-2-another"), confirmed, (3, "v4lue-3-5c0ffee")] {
        let stage = Stage::with(FakeVault::at(2)).await;
        stage.falls_silent().await;
        until("version 2", || stage.has(2)).await;
        stage.fake.desk().served.insert(SECRET.to_owned(), Served::version(served).value(value));
        stage.fake.behave(Mode::Well);
        let heard = || stage.has(served) && stage.handle.get().is_ok_and(|lent| lent.text() == value);
        until("keybaton's word", heard).await;
        until("all is well", || stage.notice().is_none() && stage.handle.notices().trouble.is_none()).await;
        assert_eq!(
            stage.handle.get().unwrap().fingerprint(),
            format!("fp-{served}"),
            "it is known as keybaton knows it"
        );
        let before = stage.vault.reads();
        stage.fake.until("keybaton is asked for news", |fake| fake.desk().reads.last().unwrap().wait.is_some()).await;
        assert_eq!(stage.vault.reads(), before, "nobody reads the vault any more");
    }
}

#[tokio::test]
async fn what_keybaton_has_confirmed_is_its_own_word_and_does_not_go_back() {
    let stage = Stage::with(FakeVault::at(2)).await;
    stage.falls_silent().await;
    until("version 2", || stage.has(2)).await;
    stage.fake.desk().served.insert(SECRET.to_owned(), Served::version(2));
    stage.fake.behave(Mode::Well);
    until("all is well", || stage.notice().is_none() && stage.handle.notices().trouble.is_none()).await;
    stage.fake.serve(Served::version(1));
    let refuses = || stage.handle.notices().trouble.as_ref().is_some_and(|trouble| trouble.contains("older"));
    until("the older version is refused", refuses).await;
    assert!(stage.has(2));
}

#[tokio::test]
async fn what_keybaton_has_overruled_is_not_taken_again_when_it_falls_silent() {
    let stage = Stage::with(FakeVault::at(2)).await;
    stage.falls_silent().await;
    until("version 2", || stage.has(2)).await;
    stage.fake.behave(Mode::Well);
    until("keybaton's word", || stage.has(1)).await;
    until("all is well", || stage.notice().is_none()).await;
    stage.falls_silent().await;
    stage.leaves("keybaton's later word was another").await;
    assert!(stage.has(1));
    stage.vault.says(Ok(Some(shown(3))));
    stage.nudge();
    until("version 3", || stage.has(3)).await;
}

#[tokio::test]
async fn keybaton_hears_what_was_read_without_it_and_of_no_use_that_nobody_saw() {
    let stage = Stage::with(FakeVault::at(2)).await;
    stage.falls_silent().await;
    until("version 2", || stage.has(2)).await;
    assert!(stage.fake.seen(2).is_empty(), "it could not be told");
    stage.fake.behave(Mode::Well);
    stage.fake.until("it is told what was read", |fake| fake.seen(2).contains(&Kind::Fetched)).await;
    assert!(!stage.fake.seen(2).contains(&Kind::Used) && !stage.fake.seen(1).contains(&Kind::Dropped));
    assert!(stage.fake.desk().reads.iter().all(|read| read.lease.is_none()), "no lease is claimed");
}

#[tokio::test]
async fn a_reader_that_was_refused_reads_no_vault_however_silent_keybaton_is_afterwards() {
    for status in [401, 403] {
        let stage = Stage::with(FakeVault::at(2)).await;
        stage.fake.behave(Mode::Status(status));
        until("the value is wiped", || stage.handle.get().is_err()).await;
        stage.clock.suspend(Duration::from_hours(1));
        stage.fake.behave(Mode::Status(503));
        let before = stage.fake.reads();
        stage.handle.ready().await.unwrap_err();
        stage.clock.suspend(Duration::from_mins(2));
        stage.fake.until("keybaton is asked in vain", |fake| fake.reads() > before + 1).await;
        assert!(stage.handle.get().is_err(), "{status}");
        assert_eq!(stage.vault.reads(), 0, "{status}");
    }
}

#[tokio::test]
async fn a_refusal_outlives_the_process() {
    let (fake, vault, folder) = (Fake::start().await, FakeVault::at(2), tempfile::tempdir().unwrap());
    let client = cached(&fake.url, &vault, folder.path()).await;
    let handle = client.secret(SECRET).unwrap();
    handle.ready().await.unwrap();
    fake.behave(Mode::Status(403));
    until("the value is wiped", || handle.get().is_err()).await;
    client.close().await;
    drop((client, handle));
    fake.behave(Mode::Status(503));
    let client = cached(&fake.url, &vault, folder.path()).await;
    let error = client.secret(SECRET).unwrap().ready().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert_eq!(vault.reads(), 0);
}

#[tokio::test]
async fn a_server_that_says_something_is_not_silent() {
    for mode in [Mode::Throttles(1), Mode::Babbles, Mode::Status(404), Mode::Status(418)] {
        let stage = Stage::with(FakeVault::at(2)).await;
        stage.fake.behave(mode);
        until("the trouble is known", || stage.handle.notices().trouble.is_some()).await;
        for _ in 0..2 {
            let before = stage.fake.reads();
            stage.clock.suspend(Duration::from_mins(11));
            let asked = || {
                drop(stage.handle.get());
                stage.fake.reads() > before
            };
            until("keybaton is asked again", asked).await;
        }
        assert_eq!(stage.vault.reads(), 0, "{mode:?}");
    }
}

#[tokio::test]
async fn a_missing_token_is_no_silence_of_keybaton() {
    let (vault, folder) = (FakeVault::at(2), tempfile::tempdir().unwrap());
    let access = keybaton_client::Access::file(folder.path().join("token"));
    let client = reader(Client::builder("http://127.0.0.1:9", access), &vault);
    client.secret(SECRET).unwrap().ready().await.unwrap_err();
    assert_eq!(vault.reads(), 0);
}

#[tokio::test]
async fn what_is_not_later_than_all_that_is_known_is_left_and_said() {
    let stage = Stage::with(FakeVault::at(1)).await;
    stage.fake.serve(Served::version(3).condemning(&[1]));
    until("version 3", || stage.has(3)).await;
    stage.falls_silent().await;
    let named = |version: Option<u64>, value: &str| Ok(Some((version, value.to_owned())));
    for (says, why) in [
        (named(Some(2), "v4lue-2-5c0ffee"), "version 2, and version 3 was seen"),
        (named(Some(1), "v4lue-x"), "version 1, which is condemned"),
        (named(Some(4), "v4lue-1-5c0ffee"), "the value of a version that is condemned"),
        (named(Some(3), "v4lue-of-somebody"), "another value under the number of version 3"),
        (named(None, "v4lue-of-somebody"), "no number of this keybaton"),
        (Ok(None), "it has nothing"),
        (Err("the server is sealed".to_owned()), "the server is sealed"),
    ] {
        stage.vault.says(says);
        stage.leaves(why).await;
        assert!(stage.has(3) && stage.handle.get().unwrap().text() == "v4lue-3-5c0ffee", "{why}");
    }
    stage.vault.says(Ok(Some(shown(4))));
    stage.nudge();
    until("version 4", || stage.has(4)).await;
    assert_eq!(stage.notice().unwrap().trouble, None);
}

#[tokio::test]
async fn a_value_without_a_number_is_left_even_with_nothing_at_hand() {
    let vault = FakeVault::at(1);
    vault.says(Ok(Some((None, "v4lue-of-somebody".to_owned()))));
    let client = reader(fake::builder("http://127.0.0.1:9"), &vault);
    let error = client.secret(SECRET).unwrap().ready().await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("no number of this keybaton"), "{error}");
}

#[tokio::test]
async fn a_vault_that_goes_on_answering_keeps_the_value_usable_and_one_that_fails_does_not() {
    let stage = Stage::with(FakeVault::at(1)).await;
    stage.falls_silent().await;
    // ten minutes and an hour are what keybaton granted
    for _ in 0..4 {
        stage.reads_again().await;
        stage.reads_again().await;
        stage.clock.suspend(Duration::from_mins(30));
        assert!(stage.has(1), "the vault confirmed it half an hour ago");
    }
    assert!(stage.notice().unwrap().since.is_some());
    stage.vault.says(Err("the server is sealed".to_owned()));
    stage.leaves("sealed").await;
    assert!(stage.has(1), "a fault of the vault takes nothing away");
    stage.clock.suspend(Duration::from_mins(61));
    let error = stage.handle.get().unwrap_err();
    assert!(matches!(error, Error::Expired { .. }) && error.to_string().contains("sealed"), "{error}");
}

#[tokio::test]
async fn a_restart_does_not_go_back_behind_what_was_read_from_the_vault() {
    let (vault, folder) = (FakeVault::at(5), tempfile::tempdir().unwrap());
    let client = cached("http://127.0.0.1:9", &vault, folder.path()).await;
    assert_eq!(client.secret(SECRET).unwrap().ready().await.unwrap().version(), VersionNo(5));
    client.close().await;
    drop(client);
    vault.says(Ok(Some(shown(4))));
    let client = cached("http://127.0.0.1:9", &vault, folder.path()).await;
    let handle = client.secret(SECRET).unwrap();
    assert_eq!(handle.ready().await.unwrap().version(), VersionNo(5));
    assert!(handle.notices().detour.as_ref().is_some_and(|notice| notice.since.is_some()), "{:?}", handle.notices());
    client.close().await;
    drop((client, handle));
    let fake = Fake::start().await;
    let client = cached(&fake.url, &vault, folder.path()).await;
    let handle = client.secret(SECRET).unwrap();
    until("keybaton's word", || handle.get().is_ok_and(|lent| lent.version() == VersionNo(1))).await;
    fake.until("it is told what was read", |fake| fake.seen(5).contains(&Kind::Fetched)).await;
}

#[tokio::test]
async fn a_client_that_keeps_to_leases_takes_no_detour() {
    let client = fake::builder("http://127.0.0.1:9").build().unwrap();
    let way: Arc<dyn Detour> = Arc::new(FakeVault::at(1));
    let error = client.set_detours([(SECRET.parse().unwrap(), way, TERMS)]).unwrap_err();
    assert!(matches!(error, Error::Leased) && error.hint().contains("hands_on"), "{error:?}");
}
