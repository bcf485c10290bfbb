//! Where a repository is, found without starting git.

use std::path::{Path, PathBuf};

use super::Error;

/// A repository around a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The folder that git is started in.
    pub folder: PathBuf,
    /// The top of the work tree; the repository itself when it is bare.
    pub root: PathBuf,
}

impl Place {
    /// The repository that a folder is in: the nearest one, as git finds it.
    pub fn around(folder: &Path) -> Result<Self, Error> {
        let none = || Error::NoRepository(folder.to_owned());
        let absolute = folder.canonicalize().map_err(|_| none())?;
        let root = absolute.ancestors().find(|above| above.join(".git").exists() || is_bare(above));
        match root {
            Some(root) => Ok(Self { folder: folder.to_owned(), root: root.to_owned() }),
            // git was told where it is
            None if std::env::var_os("GIT_DIR").is_some() => Ok(Self { folder: folder.to_owned(), root: absolute }),
            None => Err(none()),
        }
    }
}

fn is_bare(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}
