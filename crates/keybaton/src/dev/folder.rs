//! The folder of `dev`: thrown away at the end, or kept; and the few files that it writes itself.

use std::{
    fs,
    io::{ErrorKind, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use keybaton_ports::{Failure, FailureKind};

/// A folder that is thrown away when it is dropped, or one that is kept.
pub(super) enum Folder {
    Thrown(tempfile::TempDir),
    Kept(PathBuf),
}

impl Folder {
    /// Makes it, for its owner alone.
    pub(super) fn new(kept: Option<&Path>) -> Result<Self, Failure> {
        match kept {
            None => tempfile::Builder::new()
                .prefix("keybaton-dev-")
                .tempdir()
                .map(Self::Thrown)
                .map_err(|error| unwritten(&std::env::temp_dir(), &error)),
            Some(path) => {
                let path = std::path::absolute(path).map_err(|error| unwritten(path, &error))?;
                let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path.join(".keybaton"));
                made.map(|()| Self::Kept(path.clone())).map_err(|error| unwritten(&path, &error))
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Thrown(folder) => folder.path(),
            Self::Kept(path) => path,
        }
    }

    /// A file that only its owner may read, made with this text unless it is there; returns what is in it.
    pub(super) fn file(&self, name: &str, text: impl FnOnce() -> Result<String, Failure>) -> Result<String, Failure> {
        let path = self.path().join(name);
        match fs::read_to_string(&path) {
            Ok(text) => return Ok(text),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(unwritten(&path, &error)),
        }
        let text = text()?;
        if let Some(above) = path.parent() {
            let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(above);
            made.map_err(|error| unwritten(above, &error))?;
        }
        let file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| unwritten(&path, &error))?;
        Ok(text)
    }
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(FailureKind::Unknown, format!("{} cannot be used", path.display()))
        .because(error)
        .safe("nothing of yours was changed")
        .hint("name a folder that you may write with --folder")
}
