//! Restoring a backup: everything is checked in a file of its own first, and one rename puts it in its place.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, BufRead, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use keybaton_seal::{Digester, KeyId};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tempfile::NamedTempFile;

use super::{BackupError, BackupHeader};
use crate::{
    Clock, OpenError, SystemClock,
    sqlite::{
        error, location, migrate,
        open::{FROM_BACKUP, meta, set_meta},
        options::BUSY,
        pragma::{self, Settings},
        sql, witness,
    },
};

/// How a backup is restored.
pub struct Restore {
    /// Where the state database belongs.
    pub path: PathBuf,
    /// The id of the master key at hand: a backup of another one is refused.
    pub master_key: KeyId,
    /// What to do about a state that is there and has gone on, or that is another one.
    pub over: Over,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
}

/// What to do about a state that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// One that is newer, another one, or unreadable is left in its place.
    Keep,
    /// It makes room. It is kept beside under another name.
    Replace,
}

/// What restoring did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The backup that is in place now.
    pub header: BackupHeader,
    /// Where the state that was there before is now.
    pub aside: Option<PathBuf>,
}

impl Restore {
    /// Restores at `path`, by the clock of this machine, leaving what is newer.
    pub fn new(path: impl Into<PathBuf>, master_key: KeyId) -> Self {
        Self { path: path.into(), master_key, over: Over::Keep, clock: Arc::new(SystemClock) }
    }
}

/// Puts the state of a backup in its place. It is marked: whoever opens it next begins a new epoch, lets version numbers
/// jump and waits for a person (R11). A living engine is never overridden. After an error nothing has changed.
pub async fn restore_backup(from: &mut (dyn BufRead + Send), restore: &Restore) -> Result<Replaced, BackupError> {
    let path = std::path::absolute(&restore.path).map_err(unplaced(&restore.path))?;
    let settings = Settings { busy_timeout: BUSY, max_pages: None };
    let header = known(BackupHeader::read(&mut &mut *from)?, restore.master_key)?;
    let folder = location::folder_of(&path).map_err(|error| unopened(&path, error))?;
    let copy = tempfile::Builder::new().prefix(".restore-").tempfile_in(folder).map_err(unplaced(&path))?;
    let mut copy = take(from, copy, &header).map_err(|failed| failed.at(&path))?;
    check(copy.path(), &header, &settings).await?;
    mark(copy.path(), &settings).await?;
    copy.as_file_mut().sync_all().map_err(unplaced(&path))?;
    let aside = make_room(&path, &header, restore, &settings).await?;
    place(copy, &path).map_err(unplaced(&path))?;
    Ok(Replaced { header, aside })
}

/// Refuses what this program does not know, and what this key does not open.
fn known(header: BackupHeader, given: KeyId) -> Result<BackupHeader, BackupError> {
    if header.format > migrate::KNOWN {
        let (found, known) = (header.format.unsigned_abs(), migrate::KNOWN.unsigned_abs());
        return Err(BackupError::Newer { found, known });
    }
    match header.key() {
        Some(backup) if backup == given => Ok(header),
        Some(backup) => Err(BackupError::WrongKey { backup, given }),
        None => Err(BackupError::Damaged("it names no master key")),
    }
}

/// Whose fault it was that a copy was not taken.
enum Untaken {
    Source(io::Error),
    Target(io::Error),
    Damaged(&'static str),
}

impl Untaken {
    fn at(self, path: &Path) -> BackupError {
        match self {
            Self::Source(error) => BackupError::Unread(error.into()),
            Self::Target(error) => unplaced(path)(error),
            Self::Damaged(why) => BackupError::Damaged(why),
        }
    }
}

/// Copies the database of a backup and compares its length and sum.
fn take(from: &mut dyn BufRead, mut into: NamedTempFile, header: &BackupHeader) -> Result<NamedTempFile, Untaken> {
    let mut digester = Digester::new();
    let mut buffer = vec![0; 1 << 16];
    let mut left = header.bytes;
    loop {
        let read = from.read(&mut buffer).map_err(Untaken::Source)?;
        if read == 0 {
            break;
        }
        let long = || Untaken::Damaged("it is longer than it says");
        left = left.checked_sub(read as u64).ok_or_else(long)?;
        digester.take(&buffer[..read]);
        into.write_all(&buffer[..read]).map_err(Untaken::Target)?;
    }
    if left > 0 {
        return Err(Untaken::Damaged("it was cut off"));
    }
    if digester.finish_hex() != header.sha256 {
        return Err(Untaken::Damaged("its bytes were changed"));
    }
    Ok(into)
}

/// Reads the copy through, and compares it with what the head says.
async fn check(copy: &Path, header: &BackupHeader, settings: &Settings) -> Result<(), BackupError> {
    let inconsistent = |_| BackupError::Damaged("its head and its database do not agree");
    if location::inspect(copy, None).is_err() {
        return Err(BackupError::Damaged("what follows its head is no state database"));
    }
    let mut conn = unread(pragma::reader(copy, settings).connect().await)?;
    let found: String = unread(sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut conn).await)?;
    if found != "ok" {
        return Err(BackupError::Damaged("its database is not whole"));
    }
    let installation: String = meta(&mut conn, copy, "installation").await.map_err(inconsistent)?;
    let key: String = meta(&mut conn, copy, "master-key").await.map_err(inconsistent)?;
    let schema: i64 = meta(&mut conn, copy, "schema").await.map_err(inconsistent)?;
    let agree = installation == header.installation.0 && key == header.master_key && schema == header.format;
    unread(conn.close().await)?;
    if agree { Ok(()) } else { Err(BackupError::Damaged("its head and its database do not agree")) }
}

/// Says in the copy that it comes from a backup.
async fn mark(copy: &Path, settings: &Settings) -> Result<(), BackupError> {
    let mut conn = unread(pragma::plain(copy, settings).connect().await)?;
    set_meta(&mut conn, copy, FROM_BACKUP, "1").await.map_err(|error| BackupError::Unread(error.into()))?;
    unread(conn.close().await)
}

/// Sets aside what is there, if it may go; says where it is now.
async fn make_room(
    path: &Path,
    header: &BackupHeader,
    restore: &Restore,
    settings: &Settings,
) -> Result<Option<PathBuf>, BackupError> {
    let now = restore.clock.now().0;
    if !path.exists() {
        return set_aside(path, now).map_err(unplaced(path));
    }
    match there(path, settings, now).await {
        Ok(there) if !there.alive.is_empty() => return Err(BackupError::Alive(there.alive)),
        Ok(_) | Err(_) if restore.over == Over::Replace => {}
        Ok(there) => there.yields(path, header)?,
        Err(source) => return Err(BackupError::Unknown { path: path.to_owned(), source: source.into() }),
    }
    set_aside(path, now).map_err(unplaced(path))
}

/// The state that is there.
struct There {
    installation: String,
    writes: i64,
    alive: Vec<String>,
}

impl There {
    fn yields(&self, path: &Path, header: &BackupHeader) -> Result<(), BackupError> {
        let path = path.to_owned();
        if self.installation != header.installation.0 {
            let (there, here) = (self.installation.clone(), header.installation.0.clone());
            return Err(BackupError::Foreign { path, there, here });
        }
        if self.writes > header.writes {
            return Err(BackupError::Older { path, there: self.writes, here: header.writes });
        }
        Ok(())
    }
}

/// Reads the state that is there, and folds its log into it. It is never opened as a store: that would mark it.
async fn there(path: &Path, settings: &Settings, now: i64) -> Result<There, OpenError> {
    location::inspect(path, witness::read(path).ok().flatten().as_ref())?;
    let mut conn = pragma::plain(path, settings).connect().await.map_err(error(path))?;
    let there = There {
        installation: meta(&mut conn, path, "installation").await?,
        writes: sqlx::query_scalar(sql::WRITES).fetch_one(&mut conn).await.map_err(error(path))?,
        alive: alive(&mut conn, now).await.map_err(error(path))?,
    };
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut conn).await.map_err(error(path))?;
    conn.close().await.map_err(error(path))?;
    Ok(there)
}

/// Engines with a heartbeat, and whoever holds a lease.
async fn alive(conn: &mut SqliteConnection, now: i64) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(sql::WORKING).bind(now).fetch_all(conn).await
}

/// Gives the files that are there another name; says which, when there was a database. It stays under its own name too
/// until the rename that replaces it, so that there is one at every moment. A log is never left for another database.
fn set_aside(path: &Path, now: i64) -> io::Result<Option<PathBuf>> {
    let aside = beside(path, &format!(".replaced-{now}"));
    let was_there = where_there(fs::hard_link(path, &aside))?;
    where_there(fs::rename(beside(path, "-wal"), beside(&aside, "-wal")))?;
    where_there(fs::remove_file(beside(path, "-shm")))?;
    Ok(was_there.map(|()| aside))
}

/// What is missing needs no care.
fn where_there(done: io::Result<()>) -> io::Result<Option<()>> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        done => done.map(Some),
    }
}

fn place(copy: NamedTempFile, path: &Path) -> io::Result<()> {
    copy.persist(path).map_err(|error| error.error)?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

fn error(path: &Path) -> impl FnOnce(sqlx::Error) -> OpenError {
    error::OpenError::database(path)
}

fn unread<T>(result: Result<T, sqlx::Error>) -> Result<T, BackupError> {
    result.map_err(|error| BackupError::Unread(error.into()))
}

fn unplaced(path: &Path) -> impl FnOnce(io::Error) -> BackupError {
    let path = path.to_owned();
    move |error| BackupError::Unplaced { path, source: error.into() }
}

fn unopened(path: &Path, error: OpenError) -> BackupError {
    BackupError::Unplaced { path: path.to_owned(), source: error.into() }
}
