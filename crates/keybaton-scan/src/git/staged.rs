//! What is about to be committed: the added lines of staged files.
//!
//! A file that was renamed counts as new: nobody has looked at it under its new name. Removed lines and context are not
//! looked at, and neither is the work tree.

use std::{ffi::OsStr, io::BufReader, path::PathBuf};

use super::{
    Error, Git,
    blobs::Blobs,
    patch::{self, Content, Entry},
    program::Talk,
};
use crate::{
    Text,
    source::{self, Amount, Reading, Tally, Unread},
};

/// How many unchanged lines around the added ones are seen, though none of them counts: a value and the words that make
/// it one may stand on several lines.
const CONTEXT: &str = "-U64";

/// What of the format is asked for, whatever the repository's settings say.
pub(super) const FORMAT: [&str; 16] = [
    CONTEXT,
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-color-moved",
    "--ws-error-highlight=none",
    "--no-renames",
    "--no-prefix",
    "--full-index",
    "--no-relative",
    "--ignore-submodules=all",
    "--submodule=short",
    "--inter-hunk-context=0",
    "--diff-algorithm=default",
    "--no-indent-heuristic",
    "-O/dev/null",
];

/// Which side of a change a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What a file was, where lines could not be told apart: a value that stands here is not added. It comes first.
    Before,
    /// What is added.
    After,
}

/// Staged changes.
#[derive(Clone, Debug)]
pub struct Staged {
    /// Where they are.
    pub git: Git,
    /// How whole files are read.
    pub reading: Reading,
}

impl Staged {
    /// Asks git for them. It works while the caller does something else.
    pub fn start(self) -> Result<Patched, Error> {
        let words = ["diff", "--cached"].iter().chain(&FORMAT).chain(&["--"]);
        Patched::start(self.git, words, self.reading)
    }
}

/// A command of git that prints a patch, and runs.
pub struct Patched {
    git: Git,
    talk: Talk,
    reading: Reading,
}

impl Patched {
    pub(super) fn start<A: AsRef<OsStr>>(
        git: Git,
        words: impl IntoIterator<Item = A>,
        reading: Reading,
    ) -> Result<Self, Error> {
        let mut talk = git.start(words)?;
        drop(talk.input.take());
        Ok(Self { git, talk, reading })
    }

    /// The repository that it is about.
    pub fn git(&self) -> &Git {
        &self.git
    }

    /// Hands out the added lines of every file, with what stands around them.
    pub fn read(self, visit: &mut dyn FnMut(&Text<'_>, Side)) -> Result<Tally, Error> {
        let Self { git, mut talk, reading } = self;
        let Some(output) = talk.output.take() else { return talk.end().map(|()| Tally::default()) };
        let mut state = State { reading, tally: Tally::default(), opaque: Vec::new(), last: Vec::new() };
        let outcome = patch::read(BufReader::with_capacity(64 << 10, output), &mut |entry, content| {
            state.entry(entry, content, visit);
            Ok(())
        });
        match outcome {
            Ok(()) => talk.end()?,
            Err(error) => return Err(error),
        }
        state.opaque(&mut Blobs::new(&git), visit);
        Ok(state.tally)
    }
}

struct State {
    reading: Reading,
    tally: Tally,
    opaque: Vec<Entry>,
    /// The path of the last file that was counted.
    last: Vec<u8>,
}

impl State {
    fn entry(&mut self, entry: &Entry, content: Content<'_>, visit: &mut dyn FnMut(&Text<'_>, Side)) {
        match content {
            Content::Lines { bytes, first_line, added } if !added.is_empty() => {
                if self.last != entry.path {
                    self.tally.files_read += 1;
                    self.last.clone_from(&entry.path);
                }
                self.tally.bytes_read += bytes.len() as u64;
                let text = Text { first_line, ..Text::new(bytes).at(&entry.path).only(added) };
                visit(&text, Side::After);
                source::decoded(&text, self.reading.decoding, &mut |text| visit(text, Side::After));
            }
            Content::Opaque if entry.after.is_some() => self.opaque.push(entry.clone()),
            Content::Lines { .. } | Content::Opaque => {}
            Content::Unmerged => self.unread(&entry.path, "it is in conflict".to_owned()),
        }
    }

    /// Reads whole files whose lines git does not show.
    fn opaque(&mut self, blobs: &mut Blobs<'_>, visit: &mut dyn FnMut(&Text<'_>, Side)) {
        for entry in std::mem::take(&mut self.opaque) {
            match self.sides(&entry, blobs, visit) {
                Ok(amount) => self.tally.count(&as_path(&entry.path), amount),
                Err(error) => self.unread(&entry.path, error.to_string()),
            }
        }
    }

    fn sides(
        &self,
        entry: &Entry,
        blobs: &mut Blobs<'_>,
        visit: &mut dyn FnMut(&Text<'_>, Side),
    ) -> Result<Amount, Error> {
        let mut read = Amount::default();
        for (name, side) in [(&entry.before, Side::Before), (&entry.after, Side::After)] {
            let Some(name) = name else { continue };
            read = blobs.read(name, |_, bytes| {
                source::read(bytes, Some(&entry.path), self.reading, &mut |text| visit(text, side))
            })?;
        }
        Ok(read)
    }

    fn unread(&mut self, path: &[u8], why: String) {
        self.tally.unread.push(Unread { path: as_path(path), why });
    }
}

fn as_path(path: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(path).into_owned())
}
