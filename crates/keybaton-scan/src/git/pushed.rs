//! What is about to be pushed: the added lines of every commit that the other side does not have.
//!
//! Each commit is looked at by itself, so a value that a later one removes is seen. A merge is looked at by the commits
//! that it brings; what a person changed while merging is not.

use super::{Error, Git, Patched, staged::FORMAT};
use crate::source::Reading;

/// Commits, as `git log` names them.
#[derive(Clone, Debug)]
pub struct Pushed {
    /// Where they are.
    pub git: Git,
    /// How whole files are read.
    pub reading: Reading,
    /// Names of commits to begin from, and `^NAME` or `--not` and `--remotes=NAME` for those that are on the other side.
    /// Whoever takes them from elsewhere makes sure that they are nothing else.
    pub commits: Vec<String>,
}

impl Pushed {
    /// Asks git for the added lines of every file of every commit.
    pub fn start(self) -> Result<Patched, Error> {
        let words = ["log", "--patch", "--format=", "--full-history", "--no-show-signature"];
        let words = words.iter().chain(&FORMAT).map(ToString::to_string);
        let words = words.chain(self.commits).chain(["--".to_owned()]);
        Patched::start(self.git, words, self.reading)
    }
}
