//! Making a backup while engines work: one read transaction copies everything that was committed when it began.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    path::Path,
};

use keybaton_seal::Digester;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::{BackupError, BackupHeader, SecretMark};
use crate::sqlite::{
    Sqlite,
    cells::Cells,
    open::meta,
    pragma::{self, Settings},
    sql,
};

impl Sqlite {
    /// Writes a backup of everything that is committed now. The copy is made beside the database first, so it needs as
    /// much room there as the database has. Values stay sealed, and the master key is not in it.
    pub async fn backup(&self, into: &mut (dyn Write + Send)) -> Result<BackupHeader, BackupError> {
        let (path, settings) = self.inner.writer.place();
        let folder = path.parent().unwrap_or(Path::new("."));
        let copy = tempfile::Builder::new().prefix(".backup-").tempfile_in(folder);
        let mut copy = copy.map_err(|error| BackupError::Unwritten(error.into()))?;
        vacuum(path, copy.path(), settings).await?;
        let (bytes, sha256) = sum(copy.as_file_mut()).map_err(|error| BackupError::Unwritten(error.into()))?;
        let header = BackupHeader { bytes, sha256, ..self.describe(copy.path(), settings).await? };
        header.write(&mut *into)?;
        let copied = copy.rewind().and_then(|()| io::copy(copy.as_file_mut(), into)).and_then(|_| into.flush());
        copied.map_err(|error| BackupError::Unwritten(error.into()))?;
        Ok(header)
    }

    /// What the copy holds: read from the copy itself, so that head and body say the same.
    async fn describe(&self, copy: &Path, settings: &Settings) -> Result<BackupHeader, BackupError> {
        let mut conn = unwritten(pragma::reader(copy, settings).connect().await)?;
        let header = BackupHeader {
            installation: self.inner.installation.clone(),
            master_key: unopened(meta(&mut conn, copy, "master-key").await)?,
            created_us: self.time().0,
            format: unopened(meta(&mut conn, copy, "schema").await)?,
            epoch: unopened(meta(&mut conn, copy, "epoch").await)?,
            writes: unwritten(sqlx::query_scalar(sql::WRITES).fetch_one(&mut conn).await)?,
            secrets: marks(&mut conn).await?,
            bytes: 0,
            sha256: String::new(),
        };
        unwritten(conn.close().await)?;
        Ok(header)
    }
}

/// Copies a database into an empty file, on a connection that can write nothing else.
async fn vacuum(from: &Path, into: &Path, settings: &Settings) -> Result<(), BackupError> {
    let name = into.to_str().ok_or_else(|| BackupError::Unwritten("the folder's name is no text".into()))?;
    let mut conn = unwritten(pragma::plain(from, settings).read_only(true).connect().await)?;
    unwritten(sqlx::query("VACUUM INTO $1").bind(name).execute(&mut conn).await)?;
    unwritten(conn.close().await)
}

async fn marks(conn: &mut SqliteConnection) -> Result<Vec<SecretMark>, BackupError> {
    let rows = unwritten(sqlx::query(sql::MARKS).fetch_all(conn).await)?;
    let marks = rows.iter().map(|row| {
        let cells = Cells::new(row, "describe a backup");
        Ok(SecretMark {
            secret: cells.secret()?,
            epoch: cells.number("epoch")?,
            revision: cells.number("rev")?,
            version: cells.maybe_number("current_no")?,
        })
    });
    marks.collect::<Result<_, keybaton_ports::StoreError>>().map_err(|error| BackupError::Unwritten(error.into()))
}

/// How long a file is, and its SHA-256.
fn sum(file: &mut File) -> io::Result<(u64, String)> {
    file.rewind()?;
    let mut digester = Digester::new();
    let mut buffer = vec![0; 1 << 16];
    let mut length = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((length, digester.finish_hex()));
        }
        digester.take(&buffer[..read]);
        length += read as u64;
    }
}

fn unwritten<T>(result: Result<T, sqlx::Error>) -> Result<T, BackupError> {
    result.map_err(|error| BackupError::Unwritten(error.into()))
}

fn unopened<T>(result: Result<T, crate::OpenError>) -> Result<T, BackupError> {
    result.map_err(|error| BackupError::Unwritten(error.into()))
}
