//! Which commit brought which object in, the oldest first: `git rev-list --objects --in-commit-order --reverse`.

use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader},
    process::ChildStdout,
};

use super::attribute::tell;
use crate::git::{Error, Git, ObjectName, program::Talk};

/// An object, and the first commit that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The object: a blob or a tree.
    pub(super) object: ObjectName,
    /// Its path there, up to a line break; empty for the tree of the commit.
    pub(super) path: Vec<u8>,
    /// The commit.
    pub(super) commit: ObjectName,
}

/// The command. An object that is not there is named and does not end it.
const WORDS: [&str; 6] = ["rev-list", "--objects", "--in-commit-order", "--date-order", "--reverse", "--missing=print"];

/// What git lists.
pub(super) struct Listing {
    talk: Talk,
    output: BufReader<ChildStdout>,
    line: Vec<u8>,
    commit: Option<ObjectName>,
    missing: u64,
}

impl Listing {
    /// Lists what these revisions reach.
    pub(super) fn start(git: &Git, revisions: &[&str]) -> Result<Self, Error> {
        let mut talk = git.start(WORDS.iter().chain(revisions).copied().chain(["--"]))?;
        drop(talk.input.take());
        Self::hear(talk)
    }

    /// Lists what all references reach and these commits do not.
    pub(super) fn without(git: &Git, commits: &BTreeSet<ObjectName>) -> Result<Self, Error> {
        let mut talk = git.start(WORDS.iter().chain(&["--all", "--stdin"]))?;
        if let Some(input) = talk.input.take() {
            tell(input, &BTreeSet::new(), commits).map_err(Error::Talk)?;
        }
        Self::hear(talk)
    }

    fn hear(mut talk: Talk) -> Result<Self, Error> {
        let output = talk.output.take().ok_or_else(|| Error::Talk(std::io::ErrorKind::BrokenPipe.into()))?;
        Ok(Self {
            talk,
            output: BufReader::with_capacity(64 << 10, output),
            line: Vec::new(),
            commit: None,
            missing: 0,
        })
    }

    /// The next object.
    pub(super) fn next(&mut self) -> Result<Option<Entry>, Error> {
        loop {
            self.line.clear();
            if self.output.read_until(b'\n', &mut self.line).map_err(Error::Talk)? == 0 {
                return Ok(None);
            }
            let line = self.line.strip_suffix(b"\n").unwrap_or(&self.line);
            if line.starts_with(b"?") {
                self.missing += 1;
                continue;
            }
            let (name, path) = match line.iter().position(|byte| *byte == b' ') {
                Some(space) => (&line[..space], Some(&line[space + 1..])),
                None => (line, None),
            };
            let name = ObjectName::parse(name).ok_or(Error::Patch("a list of objects"))?;
            match (path, &self.commit) {
                (None, _) => self.commit = Some(name),
                (Some(path), Some(commit)) => {
                    return Ok(Some(Entry { object: name, path: path.to_owned(), commit: commit.clone() }));
                }
                // a tag that points at no commit
                (Some(_), None) => {}
            }
        }
    }

    /// How many objects are not there that were named so far. git names them at the end.
    pub(super) fn missing(&self) -> u64 {
        self.missing
    }

    /// Whether git listed everything.
    pub(super) fn end(self) -> Result<(), Error> {
        drop(self.output);
        self.talk.end()
    }
}

/// The words of a range. No other option gets to git.
pub(super) fn words(range: &str) -> Result<Vec<&str>, Error> {
    let words: Vec<&str> = range.split_ascii_whitespace().collect();
    let is_known = |word: &&str| {
        let option = word.split('=').next().unwrap_or(word);
        !word.starts_with('-') || ["--not", "--all", "--branches", "--tags", "--remotes"].contains(&option)
    };
    if words.is_empty() || !words.iter().all(is_known) { Err(Error::Range) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_range_is_revisions_and_a_few_options() {
        assert_eq!(words("main..topic").unwrap(), ["main..topic"]);
        assert_eq!(words("topic --not --remotes=origin").unwrap(), ["topic", "--not", "--remotes=origin"]);
        for wrong in ["", " ", "--output=x", "a..b --stdin", "-n1"] {
            assert!(words(wrong).is_err(), "{wrong}");
        }
    }
}
