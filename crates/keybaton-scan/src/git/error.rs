//! Why a repository could not be read.

use std::{io, path::PathBuf};

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
    /// What git printed is not what it prints.
    #[error("git printed a patch that cannot be read: {0}")]
    Patch(&'static str),
}
