//! The git repository around a folder, read from its files: no program is started, so nothing of the repository runs.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

/// No index is read further than this.
const LIMIT: u64 = 64 << 20;

/// A repository: its work tree, and its folder.
pub(crate) struct Repository {
    tree: PathBuf,
    folder: PathBuf,
    index: Vec<u8>,
}

impl Repository {
    /// The repository that a folder is in.
    pub(crate) fn around(folder: &Path) -> Option<Self> {
        let tree = folder.ancestors().find(|above| above.join(".git").exists())?;
        let git = tree.join(".git");
        // of a linked work tree `.git` is a file that names the folder
        let named = std::fs::read_to_string(&git).ok();
        let named = named.as_deref().and_then(|text| text.strip_prefix("gitdir: ")).map(|path| tree.join(path.trim()));
        let folder = named.unwrap_or(git);
        let mut index = Vec::new();
        File::open(folder.join("index")).and_then(|file| file.take(LIMIT).read_to_end(&mut index)).ok();
        Some(Self { tree: tree.to_owned(), folder, index })
    }

    /// Whether a file is in the index: its path stands there, ended by a zero byte (gitformat-index, versions 2 and 3).
    pub(crate) fn tracks(&self, path: &Path) -> bool {
        let Some(name) = path.strip_prefix(&self.tree).ok().and_then(Path::to_str) else { return false };
        let entry = [name.as_bytes(), b"\0"].concat();
        self.index.windows(entry.len()).any(|window| window == entry)
    }

    /// Whether a hook of ours runs before a commit.
    pub(crate) fn has_hook(&self) -> bool {
        let read = |folder: &Path| std::fs::read_to_string(folder.join("hooks/pre-commit")).unwrap_or_default();
        read(&self.folder).contains("keybaton")
    }
}
