//! Why a configuration can't be used.

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::remark::{Color, Remark};

/// How many errors of one file are shown.
const MOST: usize = 20;

/// Why a configuration can't be used. `Display` is the message, [`Error::render`] the whole explanation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No file was named, and none is at the usual places.
    #[error("no keybaton.toml found; looked at {}", paths(.tried))]
    NotFound {
        /// Where it was looked for, in order.
        tried: Vec<PathBuf>,
    },
    /// The named file does not exist.
    #[error("{} does not exist", .path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The file can't be read.
    #[error("{} can't be read", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file is larger than any configuration.
    #[error("{} is larger than {limit} bytes", .path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The most bytes that it may have.
        limit: u64,
    },
    /// The file is not text.
    #[error("{}:{line}: the file is not UTF-8", .path.display())]
    NotText {
        /// The file.
        path: PathBuf,
        /// The line of the first byte that is not text, from 1.
        line: usize,
    },
    /// Something in the folder beside the file is called like a file and is none.
    #[error("{} is not a regular file", .path.display())]
    NotAFile {
        /// What.
        path: PathBuf,
    },
    /// The folder beside the file has more in it than any configuration.
    #[error("{} holds more than {limit} files", .path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
        /// The most that it may hold.
        limit: usize,
    },
    /// The file says something that can't be.
    #[error("{}", lines(.remarks))]
    Invalid {
        /// Every error found, in the order of the file; at least one.
        remarks: Vec<Remark>,
    },
}

impl Error {
    /// What to do about the first error, in one line.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::NotFound { .. } => Some("`keybaton init` writes one, or name it with --config"),
            Self::Missing { .. } => Some("`keybaton init` writes one"),
            Self::Read { .. } => Some("it must be a file that this user may read"),
            Self::TooLarge { .. } => Some("is this the right file?"),
            Self::NotText { .. } => Some("save it as UTF-8"),
            Self::NotAFile { .. } => Some("only files called *.toml are read there; move it away"),
            Self::TooMany { .. } => Some("keep what is no configuration elsewhere"),
            Self::Invalid { remarks } => remarks.first().and_then(Remark::hint),
        }
    }

    /// The whole explanation over several lines: each error with its line of the file, values masked, and a `hint:`.
    pub fn render(&self, color: Color) -> String {
        if let Self::Invalid { remarks } = self {
            let mut shown: Vec<String> = remarks.iter().take(MOST).map(|remark| remark.render(color)).collect();
            shown.extend(more(remarks));
            return shown.join("\n\n");
        }
        let mut text = format!("error: {self}");
        if let Some(cause) = std::error::Error::source(self) {
            let _ = write!(text, ": {cause}");
        }
        if let Some(hint) = self.hint() {
            let _ = write!(text, "\nhint: {hint}");
        }
        text
    }
}

fn paths(tried: &[PathBuf]) -> String {
    tried.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}

fn lines(remarks: &[Remark]) -> String {
    let mut lines: Vec<String> = remarks.iter().take(MOST).map(ToString::to_string).collect();
    lines.extend(more(remarks));
    lines.join("\n")
}

fn more(remarks: &[Remark]) -> Option<String> {
    remarks.len().checked_sub(MOST).filter(|more| *more > 0).map(|more| format!("and {more} more"))
}
