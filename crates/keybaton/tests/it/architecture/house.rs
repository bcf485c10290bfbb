//! The workspace on disk, and as cargo describes it.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use cargo_metadata::{Metadata, MetadataCommand, Package};

/// A source file.
pub(super) struct Source {
    /// Its path from the workspace's root.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
}

/// The workspace's folder.
pub(super) fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&package).ancestors().nth(2).unwrap().to_owned()
}

/// The text of a file of the workspace.
pub(super) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("read {path}: {error}"))
}

/// The workspace as cargo describes it.
pub(super) fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap()
}

/// The dependencies of a package on other packages of the workspace.
pub(super) fn edges(package: &Package) -> impl Iterator<Item = &cargo_metadata::Dependency> {
    package.dependencies.iter().filter(|dependency| dependency.path.is_some())
}

/// Every Rust file below a folder, and below the folders of it, sorted by path.
pub(super) fn sources(folder: &str) -> Vec<Source> {
    let mut paths = Vec::new();
    collect(&root().join(folder), &mut paths);
    paths.sort();
    paths.iter().map(|path| Source { path: relative(path), text: fs::read_to_string(path).unwrap() }).collect()
}

/// The Rust files that ship: below `src` of a package below `crates`.
pub(super) fn shipped() -> Vec<Source> {
    sources("crates").into_iter().filter(|source| source.path.split('/').nth(2) == Some("src")).collect()
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned()
}
