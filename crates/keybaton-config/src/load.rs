//! Reading the files, within bounds.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::{Config, Error};

/// The most bytes that one file of a configuration may have: 1 MiB.
pub const LIMIT: u64 = 1024 * 1024;

/// The most files that may stand beside the main one, and the most names that are looked at.
pub const MOST_FILES: usize = 256;

impl Config {
    /// Reads and checks the file at `path`, and with it every `*.toml` in the folder that is called after it:
    /// `keybaton.d` beside `keybaton.toml`, in the order of their names. Names that begin with a dot are left out.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = read(path)?;
        // An absolute folder, so that a daemon that changes its folder still finds its state.
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = absolute.parent().map_or_else(PathBuf::new, Path::to_owned);
        let mut others = Vec::new();
        for path in fragments(&path.with_extension("d"))? {
            let text = read(&path)?;
            others.push((path, text));
        }
        Self::join(path, &folder, &text, others)
    }
}

/// The files of a folder, in the order of their names; none when there is no folder.
fn fragments(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source: io::Error| Error::Read { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut paths = Vec::new();
    for (count, entry) in entries.enumerate() {
        if count >= MOST_FILES {
            return Err(Error::TooMany { path: folder.to_owned(), limit: MOST_FILES });
        }
        let path = entry.map_err(failed)?.path();
        let hidden = path.file_name().is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        if !hidden && path.extension().is_some_and(|kind| kind == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    paths.iter().try_for_each(|path| regular(path))?;
    Ok(paths)
}

/// A link to a file is a file: that is how a mounted configuration looks. Anything else could block, or never end.
fn regular(path: &Path) -> Result<(), Error> {
    let about = fs::metadata(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    if about.is_file() { Ok(()) } else { Err(Error::NotAFile { path: path.to_owned() }) }
}

fn read(path: &Path) -> Result<String, Error> {
    let failed = |source: io::Error| match source.kind() {
        ErrorKind::NotFound => Error::Missing { path: path.to_owned() },
        _ => Error::Read { path: path.to_owned(), source },
    };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > LIMIT) {
        return Err(Error::TooLarge { path: path.to_owned(), limit: LIMIT });
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
        Error::NotText { path: path.to_owned(), line: valid.filter(|byte| **byte == b'\n').count() + 1 }
    })
}
