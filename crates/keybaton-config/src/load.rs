//! Reading the file, within bounds.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::{Config, Error};

/// The most bytes that a configuration may have: 1 MiB.
pub const LIMIT: u64 = 1024 * 1024;

impl Config {
    /// Reads and checks the file at `path`.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let text = read(path)?;
        // An absolute folder, so that a daemon that changes its folder still finds its state.
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = absolute.parent().map_or_else(PathBuf::new, Path::to_owned);
        let later = folder.join("keybaton.d");
        if later.is_dir() {
            return Err(Error::Later { path: later });
        }
        Self::parse(path, &folder, text)
    }
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
