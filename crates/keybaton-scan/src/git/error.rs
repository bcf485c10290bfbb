//! Why a repository could not be read.

use std::{io, path::PathBuf};

use super::ObjectName;

/// Why a repository could not be read. None of them says that there is no finding.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither the folder nor one above it is a repository.
    #[error("{} is not in a git repository", .0.display())]
    NoRepository(PathBuf),
    /// There is no program called git where programs are.
    #[error("git is not installed: no folder of PATH has it")]
    NoProgram,
    /// The program could not be started, or its answer not be read.
    #[error("talk to git")]
    Talk(#[source] io::Error),
    /// The program failed; these are its words.
    #[error("git said: {0}")]
    Failed(String),
    /// An object is not there.
    #[error("object {0} is not there")]
    Missing(ObjectName),
    /// An object cannot be read.
    #[error("object {0} cannot be read")]
    Corrupt(ObjectName),
    /// A range is no range.
    #[error("a range has revisions, --not, --all, --branches, --tags and --remotes in it, and nothing else")]
    Range,
    /// A thread of this program broke.
    #[error("looking at the objects broke off")]
    Broken,
    /// What git printed is not what it prints.
    #[error("git printed what cannot be read: {0}")]
    Patch(&'static str),
}
