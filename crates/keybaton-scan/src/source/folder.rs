//! Walks folders on all cores. What git ignores is left out, and so is `.git`; hidden files are not.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Mutex,
};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::{Amount, Reading, read};
use crate::Text;

/// Files and folders to read.
#[derive(Clone, Debug)]
pub struct Walk {
    /// Where to begin.
    pub roots: Vec<PathBuf>,
    /// How each file is read.
    pub reading: Reading,
    /// How many threads read; 0 for as many as there are cores.
    pub threads: usize,
}

/// What was read, and what was not.
#[derive(Debug, Default)]
pub struct Tally {
    /// How many files were read to their end or their bound.
    pub files_read: u64,
    /// How many bytes were read.
    pub bytes_read: u64,
    /// What is no text and was read up to its bound only.
    pub cut: Cut,
    /// What could not be read; the answer of a scan is not known when there is any.
    pub unread: Vec<Unread>,
}

/// Files that are no text and were read up to their bound only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// How many there are.
    pub count: u64,
    /// A few of them.
    pub first: Vec<PathBuf>,
}

/// How many of the files that were cut are named.
const NAMED: usize = 3;

impl Tally {
    /// Counts a file that was read.
    pub(crate) fn count(&mut self, path: &Path, amount: Amount) {
        self.files_read += 1;
        self.bytes_read += amount.bytes;
        self.cut.count += u64::from(amount.is_cut);
        if amount.is_cut && self.cut.first.len() < NAMED {
            self.cut.first.push(path.to_owned());
        }
    }
}

/// Something that could not be read.
#[derive(Debug)]
pub struct Unread {
    /// Where it is; empty if that is not known.
    pub path: PathBuf,
    /// Why.
    pub why: String,
}

impl Walk {
    /// A walk over these files and folders.
    pub fn over(roots: impl IntoIterator<Item = PathBuf>) -> Self {
        Self { roots: roots.into_iter().collect(), reading: Reading::default(), threads: 0 }
    }

    /// Hands every file to a visitor. Each thread asks for a visitor of its own.
    ///
    /// Links are not followed. A file that cannot be read is named in the tally, and the walk goes on.
    pub fn run<V: FnMut(&Text<'_>) + Send>(&self, visitor: impl Fn() -> V + Sync) -> Tally {
        let tally = Mutex::new(Tally::default());
        let Some((first, others)) = self.roots.split_first() else { return Tally::default() };
        let mut builder = WalkBuilder::new(first);
        for root in others {
            builder.add(root);
        }
        builder.hidden(false).git_global(false).require_git(false).threads(self.threads);
        builder.filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
        builder.build_parallel().run(|| {
            let mut visit = visitor();
            let tally = &tally;
            Box::new(move |entry| {
                self.entry(&entry, &mut visit, tally);
                WalkState::Continue
            })
        });
        let mut tally = tally.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        tally.unread.sort_by(|one, other| one.path.cmp(&other.path));
        tally
    }

    fn entry(&self, entry: &Result<DirEntry, ignore::Error>, visit: &mut dyn FnMut(&Text<'_>), tally: &Mutex<Tally>) {
        let outcome = match entry {
            Ok(entry) if is_file(entry) => self.file(entry.path(), visit).map(|amount| (entry.path(), amount)),
            Ok(entry) if entry.depth() == 0 && !entry.path().is_dir() => {
                Err(Unread { path: entry.path().to_owned(), why: "it is neither a file nor a folder".to_owned() })
            }
            Ok(_) => return,
            Err(error) => Err(Unread { path: path_of(error), why: reason(error) }),
        };
        let mut tally = tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match outcome {
            Ok((path, amount)) => tally.count(path, amount),
            Err(unread) => tally.unread.push(unread),
        }
    }

    fn file(&self, path: &Path, visit: &mut dyn FnMut(&Text<'_>)) -> Result<Amount, Unread> {
        let shown = path.strip_prefix("./").unwrap_or(path).as_os_str().as_encoded_bytes();
        let outcome = File::open(path).and_then(|file| read(file, Some(shown), self.reading, visit));
        outcome.map_err(|error| Unread { path: path.to_owned(), why: error.to_string() })
    }
}

/// A link is followed where somebody has named it.
fn is_file(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file()) || entry.depth() == 0 && entry.path().is_file()
}

fn path_of(error: &ignore::Error) -> PathBuf {
    match error {
        ignore::Error::WithPath { path, .. } => path.clone(),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => PathBuf::new(),
    }
}

fn reason(error: &ignore::Error) -> String {
    error.io_error().map_or_else(|| error.to_string(), ToString::to_string)
}
