//! Opening a state database: what the file is, whose it is, and how old it is.

use std::{
    path::Path,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use keybaton_ports::StoreError;
use keybaton_seal::{KeyId, draw_installation};
use keybaton_types::Installation;
use sqlx::{
    ConnectOptions, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use super::{
    Inner, Sqlite,
    error::OpenError,
    fault::{Meaning, meaning},
    location::{self, Kind},
    migrate,
    options::{Opened, Options, Restored, Stale},
    pragma::{self, Settings},
    pulse::Pulse,
    restore, sql,
    witness::{self, Testimony, Witness},
    writer::Writer,
};

/// So many connections read at once.
const READERS: u32 = 4;

/// Above this size a database is not read through when it is opened, only when it turned out to be an old copy.
const READ_THROUGH: u64 = 16 << 20;

/// The name in `meta` of the mark of a database that was restored from a backup.
pub(super) const FROM_BACKUP: &str = "from-backup";

/// What the database says about itself.
struct Facts {
    says: Testimony,
    created: bool,
    restored: Option<Restored>,
}

pub(super) async fn open(options: Options) -> Result<Opened, OpenError> {
    let path = std::path::absolute(&options.path).map_err(OpenError::io(&options.path))?;
    let settings = Settings { busy_timeout: options.busy_timeout, max_pages: options.max_pages };
    let said = testify(&path)?;
    if options.create {
        location::create(&path, said.as_ref())?;
    }
    let kind = location::inspect(&path, said.as_ref())?;
    location::protect(&path)?;
    if kind == Kind::Empty {
        brand(&path, &settings, &options).await?;
    }
    let mut conn = connect(&path, &settings).await?;
    check_pages(&mut conn, &path).await?;
    let facts = settle(&mut conn, &path, &options).await?;
    let witness = Witness::open(&path, &facts.says).map_err(OpenError::io(witness::path(&path)))?;
    let inner = Inner {
        installation: facts.says.installation,
        clock: options.clock,
        hook: options.hook,
        commits: AtomicU64::new(0),
        readers: readers(&path, &settings),
        pulse: Pulse::new(path.clone(), settings.clone()),
        writer: Writer::new(path, settings, conn, witness),
    };
    let store = Sqlite { inner: Arc::new(inner) };
    Ok(Opened { store, created: facts.created, restored: facts.restored })
}

fn testify(path: &Path) -> Result<Option<Testimony>, OpenError> {
    witness::read(path).map_err(OpenError::io(witness::path(path)))
}

/// Marks an empty file as ours, before anything else is in it.
async fn brand(path: &Path, settings: &Settings, options: &Options) -> Result<(), OpenError> {
    if !options.create {
        return Err(OpenError::Missing { path: path.to_owned() });
    }
    let mut conn = patiently(&pragma::plain(path, settings), settings).await.map_err(OpenError::database(path))?;
    sqlx::raw_sql(location::BRAND).execute(&mut conn).await.map_err(OpenError::database(path))?;
    sqlx::Connection::close(conn).await.map_err(OpenError::database(path))
}

async fn connect(path: &Path, settings: &Settings) -> Result<SqliteConnection, OpenError> {
    let mut conn = patiently(&pragma::writer(path, settings), settings).await.map_err(OpenError::database(path))?;
    let strong = pragma::assert_writer(&mut conn, settings).await;
    strong.map_err(|weak| OpenError::Weak { path: path.to_owned(), source: weak.into() })?;
    Ok(conn)
}

/// Connects; waits for another process that makes the same database, because the switch to write-ahead logging does not
/// wait by itself.
async fn patiently(options: &SqliteConnectOptions, settings: &Settings) -> Result<SqliteConnection, sqlx::Error> {
    let pause = Duration::from_millis(20);
    let mut left = settings.busy_timeout;
    loop {
        match options.connect().await {
            Err(error) if meaning(&error) == Meaning::Busy && !left.is_zero() => {
                tokio::time::sleep(pause).await;
                left = left.saturating_sub(pause);
            }
            done => return done,
        }
    }
}

fn readers(path: &Path, settings: &Settings) -> SqlitePool {
    let asserted = settings.clone();
    let options = SqlitePoolOptions::new().max_connections(READERS).test_before_acquire(false);
    let options = options.after_connect(move |conn, _| {
        let settings = asserted.clone();
        Box::pin(async move {
            pragma::assert_reader(conn, &settings).await.map_err(|weak| sqlx::Error::Configuration(weak.into()))
        })
    });
    options.connect_lazy_with(pragma::reader(path, settings))
}

/// Reads a small database through.
async fn check_pages(conn: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let length = std::fs::metadata(path).map_err(OpenError::io(path))?.len();
    if length > READ_THROUGH {
        return Ok(());
    }
    read_through(conn, path).await
}

async fn read_through(conn: &mut SqliteConnection, path: &Path) -> Result<(), OpenError> {
    let found: String =
        sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(conn).await.map_err(OpenError::database(path))?;
    if found == "ok" {
        return Ok(());
    }
    Err(OpenError::Corrupt { path: path.to_owned(), source: found.into() })
}

/// In one transaction: makes or migrates the schema, and deals with an old copy.
async fn settle(conn: &mut SqliteConnection, path: &Path, options: &Options) -> Result<Facts, OpenError> {
    let failed = || OpenError::database(path);
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *conn).await.map_err(failed())?;
    let created = prepare(conn, path, options).await?;
    let says = testimony(conn, path).await?;
    // read again, now that nobody else can write: a witness is never ahead of what was committed
    let said = testify(path)?;
    let marked = is_marked(conn, path).await?;
    let facts = match marked.or_else(|| restore::stale(&says, said.as_ref())) {
        None => Facts { says, created, restored: None },
        Some(why) => {
            let floor = said.as_ref().unwrap_or(&says);
            let done = restore::restore(conn, &says, floor, why, options.clock.now()).await;
            let (says, restored) = done.map_err(|error| from_store(path, error))?;
            Facts { says, created, restored: Some(restored) }
        }
    };
    sqlx::query("COMMIT").execute(&mut *conn).await.map_err(failed())?;
    if facts.restored.is_some() {
        read_through(conn, path).await?;
    }
    Ok(facts)
}

/// Whether it was restored from a backup and not opened since; the mark is taken off.
async fn is_marked(conn: &mut SqliteConnection, path: &Path) -> Result<Option<Stale>, OpenError> {
    let unset = sqlx::query(sql::UNSET_META).bind(FROM_BACKUP).execute(conn).await;
    let unset = unset.map_err(OpenError::database(path))?;
    Ok((unset.rows_affected() > 0).then_some(Stale::Backup))
}

/// Makes the schema or brings it up to date; says whether it was made.
async fn prepare(conn: &mut SqliteConnection, path: &Path, options: &Options) -> Result<bool, OpenError> {
    let failed = || OpenError::database(path);
    let tables: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'meta'")
        .fetch_one(&mut *conn)
        .await
        .map_err(failed())?;
    if tables == 0 {
        if !options.create {
            return Err(OpenError::Missing { path: path.to_owned() });
        }
        migrate::migrate(conn, path, 0).await?;
        fill(conn, path, options.master_key).await?;
        return Ok(true);
    }
    let found: i64 = meta(conn, path, "schema").await?;
    if found > migrate::KNOWN {
        return Err(OpenError::Newer { path: path.to_owned(), found, known: migrate::KNOWN });
    }
    let database: KeyId = meta(conn, path, "master-key").await?;
    if database != options.master_key {
        return Err(OpenError::WrongKey { path: path.to_owned(), database, given: options.master_key });
    }
    if found < migrate::KNOWN {
        migrate::migrate(conn, path, found).await?;
        set_meta(conn, path, "schema", &migrate::KNOWN.to_string()).await?;
    }
    Ok(false)
}

async fn fill(conn: &mut SqliteConnection, path: &Path, master_key: KeyId) -> Result<(), OpenError> {
    let drawn = draw_installation();
    let installation = drawn.map_err(|e| OpenError::Other { path: path.to_owned(), source: e.into() })?;
    set_meta(conn, path, "schema", &migrate::KNOWN.to_string()).await?;
    set_meta(conn, path, "installation", &installation.0).await?;
    set_meta(conn, path, "master-key", &master_key.to_string()).await?;
    set_meta(conn, path, "epoch", "1").await
}

async fn testimony(conn: &mut SqliteConnection, path: &Path) -> Result<Testimony, OpenError> {
    let installation = Installation(meta(conn, path, "installation").await?);
    let epoch = meta(conn, path, "epoch").await?;
    let writes = sqlx::query_scalar(sql::WRITES).fetch_one(conn).await.map_err(OpenError::database(path))?;
    Ok(Testimony { installation, epoch, writes })
}

pub(super) async fn meta<T: std::str::FromStr>(
    conn: &mut SqliteConnection,
    path: &Path,
    name: &'static str,
) -> Result<T, OpenError> {
    let found: Option<String> =
        sqlx::query_scalar(sql::META).bind(name).fetch_optional(conn).await.map_err(OpenError::database(path))?;
    let parsed = found.and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| OpenError::Corrupt { path: path.to_owned(), source: format!("it has no {name}").into() })
}

pub(super) async fn set_meta(
    conn: &mut SqliteConnection,
    path: &Path,
    name: &'static str,
    value: &str,
) -> Result<(), OpenError> {
    let query = sqlx::query(sql::SET_META).bind(name).bind(value);
    query.execute(conn).await.map(|_| ()).map_err(OpenError::database(path))
}

fn from_store(path: &Path, error: StoreError) -> OpenError {
    let path = path.to_owned();
    match error {
        StoreError::Full { .. } => OpenError::Full { path },
        error @ StoreError::Corrupt { .. } => OpenError::Corrupt { path, source: error.into() },
        error => OpenError::Other { path, source: error.into() },
    }
}
