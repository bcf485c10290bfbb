//! What the checks stand on, gathered before the first of them looks.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use keybaton_config::{Config, Database, report::Check as Preview};
use keybaton_engine::{Charges, RealTime, Time};
use keybaton_ports::{
    AuditRow, Engine, Failure, FailureKind, Fared, Lease, Operations as _, Outbox as _, Snapshot, Store as _,
    StoreError, Tokens as _, Verified,
};
use keybaton_seal::{Binding, KeyId, Part};
use keybaton_store::Census;
use keybaton_types::{Reference, SecretId, Timestamp, Token, document::Status};

use super::{
    far::{self, Calls, Present, World},
    git::Repository,
    place::{Disk, Place},
};
use crate::{
    cli::Global,
    report::{Report, Tone},
    state::{Missing, State, master_key},
    wiring::{self, Reach},
};

/// So many audit rows go into a support archive.
const ROWS: u32 = 200;

/// What the checks stand on.
pub(crate) struct Ground {
    pub(crate) config: Result<Config, Failure>,
    /// What the schedules will do; none without a state, which has the clock.
    pub(crate) preview: Option<Preview>,
    pub(crate) master: Option<Result<KeyId, Failure>>,
    pub(crate) places: Vec<Place>,
    pub(crate) disk: Option<Disk>,
    /// Files that references name, and the master key's.
    pub(crate) secret_files: Vec<PathBuf>,
    pub(crate) repository: Option<Repository>,
    /// None without a configuration.
    pub(crate) book: Option<Result<Book, Failure>>,
    /// None where nobody was asked.
    pub(crate) world: Option<World>,
}

/// What the state database says.
pub(crate) struct Book {
    pub(crate) installation: keybaton_types::Installation,
    pub(crate) now: Timestamp,
    /// How far both clocks went while everything was gathered, in microseconds: the wall's, and the machine's.
    pub(crate) progress: (i64, i64),
    pub(crate) just_restored: bool,
    pub(crate) integrity: Vec<String>,
    pub(crate) audit: Verified,
    pub(crate) census: Census,
    pub(crate) snapshots: BTreeMap<SecretId, Snapshot>,
    pub(crate) engines: Vec<Engine>,
    /// How each channel for alerts fares.
    pub(crate) channels: Vec<Fared>,
    pub(crate) leases: Vec<Lease>,
    pub(crate) tokens: Vec<Token>,
    /// The newest audit rows.
    pub(crate) rows: Vec<AuditRow>,
    pub(crate) status: Status,
    /// Secrets with the same present value as another one.
    pub(crate) doubles: Vec<(SecretId, SecretId)>,
    /// `watch.every` of each secret.
    pub(crate) watch_every: BTreeMap<SecretId, Duration>,
    /// Why a present value cannot be opened.
    pub(crate) unopened: BTreeMap<SecretId, String>,
    pub(crate) opened: usize,
    /// Why a connector cannot be built with the secrets that its references give.
    pub(crate) unbuilt: BTreeMap<SecretId, Failure>,
}

impl Ground {
    /// Gathers; what fails is a finding of some check, never an end.
    pub(crate) async fn gather(global: &Global, report: &Report, calls: Calls) -> Self {
        let config = match wiring::load(global, report) {
            Ok(config) => wiring::check(&config, report).await.map(|()| config),
            Err(failure) => Err(failure),
        };
        let folder = std::env::current_dir().unwrap_or_default();
        let mut ground = Self {
            config,
            preview: None,
            master: None,
            places: Vec::new(),
            disk: None,
            secret_files: Vec::new(),
            repository: Repository::around(&folder),
            book: None,
            world: None,
        };
        ground.gather_state(report, calls).await;
        ground
    }

    async fn gather_state(&mut self, report: &Report, calls: Calls) {
        let Ok(config) = &self.config else { return };
        let Database::Sqlite(path) = &config.state.url;
        let master = match master_key(config).await {
            Ok(master) => master.id().map_err(|error| unusable(&error)),
            Err(failure) => Err(failure),
        };
        self.master = Some(master);
        self.secret_files = secret_files(config);
        let beside = ["", "-wal", "-shm", ".witness"].map(|end| PathBuf::from(format!("{}{end}", path.display())));
        let folder = path.parent().map(PathBuf::from);
        self.places =
            folder.iter().chain(&beside).chain(&self.secret_files).filter_map(|path| Place::of(path)).collect();
        self.disk = folder.as_deref().and_then(Disk::of);
        let state = match State::open(config, Missing::Refuse, report).await {
            Ok(state) => state,
            Err(failure) => {
                self.book = Some(Err(failure));
                return;
            }
        };
        let time = RealTime::new();
        let began = (state.store.now().await.unwrap_or_default().0, time.boot());
        let (book, world) = gathered(config, &state, report, calls).await;
        let ended = (state.store.now().await.unwrap_or_default().0, time.boot());
        let book = book.map(|book| Book { progress: (ended.0 - began.0, ended.1 - began.1), ..book });
        self.preview = book.as_ref().ok().map(|book| keybaton_config::report::check(config, book.now));
        self.book = Some(book);
        self.world = world;
        if let Err(error) = state.store.close().await {
            report.words(&format!("warning: the state database was not closed in order: {error}"));
        }
    }
}

/// Reads the state, and asks far services when somebody wants it.
async fn gathered(
    config: &Config,
    state: &State,
    report: &Report,
    calls: Calls,
) -> (Result<Book, Failure>, Option<World>) {
    let mut book = match read(config, state, report).await {
        Ok(book) => book,
        Err(failure) => return (Err(failure), None),
    };
    let mut charges = Vec::new();
    for secret in config.secrets.keys() {
        let present = match present(state, secret, &book).await {
            Ok(present) => present,
            Err(why) => {
                book.unopened.insert(secret.clone(), why);
                None
            }
        };
        book.opened += usize::from(present.is_some());
        match wiring::charge(config, state, report, secret).await {
            Ok(charge) => charges.push((charge, present)),
            Err(failure) => {
                book.unbuilt.insert(secret.clone(), failure);
            }
        }
    }
    if calls == Calls::None {
        return (Ok(book), None);
    }
    report.step(Tone::Busy, "asking", &format!("issuers, probes and vaults of {} secrets, read only", charges.len()));
    let world = far::ask(charges, &state.keyring).await;
    (Ok(book), Some(world))
}

async fn read(config: &Config, state: &State, report: &Report) -> Result<Book, Failure> {
    let store = state.store.as_ref();
    let charges = Charges::new(wiring::charges(config, state, report, Reach::Ledger).await?);
    let local = wiring::observer(state, charges);
    let status = local.status().await?;
    let mut snapshots = BTreeMap::new();
    for enrolled in store.secrets().await.map_err(|error| unread(&error))? {
        let read = store.read(&enrolled.secret).await.map_err(|error| unread(&error))?;
        snapshots.extend(read.map(|snapshot| (enrolled.secret, snapshot)));
    }
    let doubles = doubles(state, &snapshots).await?;
    Ok(Book {
        installation: store.installation().clone(),
        now: store.now().await.map_err(|error| unread(&error))?,
        progress: (0, 0),
        just_restored: state.restored.is_some(),
        integrity: store.integrity().await.map_err(|error| unread(&error))?,
        audit: store.audit_verify(Some(&state.keyring.signer().key())).await.map_err(|error| unread(&error))?,
        census: store.census().await.map_err(|error| unread(&error))?,
        snapshots,
        engines: store.engines().await.map_err(|error| unread(&error))?,
        channels: store.channels().await.map_err(|error| unread(&error))?,
        leases: store.leases().await.map_err(|error| unread(&error))?,
        tokens: store.tokens().await.map_err(|error| unread(&error))?,
        rows: store.newest_rows(ROWS).await.map_err(|error| unread(&error))?,
        status,
        doubles,
        watch_every: config.secrets.values().map(|secret| (secret.id.clone(), secret.policy.watch.every)).collect(),
        unopened: BTreeMap::new(),
        opened: 0,
        unbuilt: BTreeMap::new(),
    })
}

/// Opens the present key of a secret; why not, when there is one and it cannot be opened.
async fn present(state: &State, secret: &SecretId, book: &Book) -> Result<Option<Present>, String> {
    let current = book.snapshots.get(secret).and_then(|snapshot| snapshot.ledger.current_credential());
    let Some((no, Some(id))) = current.map(|current| (current.no, current.issued.clone())) else { return Ok(None) };
    let kept = state.store.sealed(secret, no).await.map_err(|error| error.to_string())?;
    let kept = kept.ok_or_else(|| "its sealed value is not there".to_owned())?;
    let installation = state.store.installation();
    let binding = Binding { installation, secret, credential: no, part: Part::Value };
    let value = state.keyring.open(&kept.value, &binding).map_err(|error| error.to_string())?;
    Ok(Some(Present { id, value, rendering: kept.rendering_fingerprint.unwrap_or(kept.fingerprint) }))
}

/// Pairs of secrets whose present keys have the same value.
async fn doubles(
    state: &State,
    snapshots: &BTreeMap<SecretId, Snapshot>,
) -> Result<Vec<(SecretId, SecretId)>, Failure> {
    let mut found = Vec::new();
    for (secret, snapshot) in snapshots {
        let Some(current) = snapshot.ledger.current_credential() else { continue };
        let kept = state.store.sealed(secret, current.no).await.map_err(|error| unread(&error))?;
        let Some(kept) = kept else { continue };
        let holders = state.store.holders(&kept.fingerprint).await.map_err(|error| unread(&error))?;
        let present = |(other, no): &(SecretId, _)| {
            snapshots.get(other).and_then(|s| s.ledger.current_credential()).is_some_and(|c| c.no == *no)
        };
        let others = holders.iter().filter(|holder| holder.0 > *secret && present(holder));
        found.extend(others.map(|(other, _)| (secret.clone(), other.clone())));
    }
    Ok(found)
}

/// Files that hold a secret of ours: the master key's, and those that references name.
fn secret_files(config: &Config) -> Vec<PathBuf> {
    let master = match &config.state.master_key {
        Reference::File(path) => Some(config.folder.join(path)),
        Reference::Env(_) | Reference::Credential(_) | Reference::Secret(_) | Reference::Command(_) => None,
    };
    let named = wiring::references(config).into_iter().filter_map(|reference| match reference {
        Reference::File(path) => Some(config.folder.join(path)),
        Reference::Env(_) | Reference::Credential(_) | Reference::Secret(_) | Reference::Command(_) => None,
    });
    let mut files: Vec<PathBuf> = named.chain(master).collect();
    files.sort();
    files.dedup();
    files
}

fn unusable(error: &keybaton_seal::Error) -> Failure {
    Failure::new(FailureKind::Unknown, "the master key cannot be used").because(error)
}

fn unread(error: &StoreError) -> Failure {
    Failure::new(FailureKind::Unknown, "the state database cannot be read").because(error)
}
