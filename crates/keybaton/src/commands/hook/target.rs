//! Where the hooks of a repository are, as git itself finds them.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use keybaton_ports::{Failure, FailureKind};

use super::Event;

/// Where the hooks of a repository are.
pub(super) struct Target {
    /// The top of the work tree.
    pub(super) root: PathBuf,
    /// The repository itself; all work trees share it.
    pub(super) common: PathBuf,
    /// The folder of the hooks.
    pub(super) folder: PathBuf,
    pub(super) kind: Kind,
}

/// Whose folder of hooks it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The repository's own, on this machine.
    Own,
    /// A part of the work tree, which travels with the commits.
    Tracked,
    /// The same, run by husky: its files need no first line and no permission to be run.
    Husky,
    /// Somewhere else: other repositories use it too.
    Shared,
}

impl Target {
    /// The hooks of the repository that a folder is in.
    pub(super) fn around(folder: &Path) -> Result<Self, Failure> {
        let words =
            ["rev-parse", "--path-format=absolute", "--show-toplevel", "--git-common-dir", "--git-path", "hooks"];
        let output = git(folder, words)?;
        let text = String::from_utf8(output.stdout).unwrap_or_default();
        let mut lines = text.lines().map(PathBuf::from);
        let (Some(root), Some(common), Some(hooks)) = (lines.next(), lines.next(), lines.next()) else {
            return Err(none(folder, &String::from_utf8_lossy(&output.stderr)));
        };
        let (folder, kind) = if hooks.ends_with(".husky/_") {
            (hooks.parent().map_or_else(|| hooks.clone(), Path::to_path_buf), Kind::Husky)
        } else if hooks.starts_with(&common) {
            (hooks, Kind::Own)
        } else if hooks.starts_with(&root) {
            (hooks, Kind::Tracked)
        } else {
            (hooks, Kind::Shared)
        };
        Ok(Self { root, common, folder, kind })
    }

    /// The file of a hook.
    pub(super) fn file(&self, event: Event) -> PathBuf {
        self.folder.join(event.name())
    }

    /// Where a hook goes that cannot share a file with us.
    pub(super) fn aside(&self, event: Event) -> PathBuf {
        self.folder.join(format!("{}.before-keybaton", event.name()))
    }

    /// Whether git minds that a hook may be run.
    pub(super) fn needs_permission(&self) -> bool {
        self.kind != Kind::Husky
    }
}

/// Runs git in a folder and waits for it.
pub(super) fn git<A: AsRef<OsStr>>(folder: &Path, words: impl IntoIterator<Item = A>) -> Result<Output, Failure> {
    let output = Command::new("git").arg("-C").arg(folder).args(words).output();
    output.map_err(|error| {
        Failure::new(FailureKind::Unknown, "git did not start")
            .because(&error)
            .safe("nothing was changed")
            .hint("install git, or put it on the PATH")
    })
}

/// What git says about it is only told when it is something else than that.
fn none(folder: &Path, said: &str) -> Failure {
    let said = said.lines().next().unwrap_or("git says nothing about it").trim();
    let what = format!("{} is in no repository with a work tree", folder.display());
    let mut failure = Failure::new(FailureKind::Unknown, what);
    failure.causes.extend((!said.contains("not a git repository")).then(|| said.to_owned()));
    failure.safe("nothing was changed").hint("go into the repository, or name a folder of it")
}
