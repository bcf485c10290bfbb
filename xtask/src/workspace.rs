//! The workspace as cargo describes it: where it is, where it builds, which test targets it has.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::child;

/// The workspace as cargo describes it.
pub(crate) struct Workspace {
    /// Its folder.
    pub(crate) root: PathBuf,
    /// Where it builds.
    pub(crate) target: PathBuf,
    /// The names of its test targets, each once.
    pub(crate) tests: BTreeSet<String>,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn find() -> Result<Self> {
        let start = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from);
        let mut command = child::cargo(&start, ["metadata", "--no-deps", "--format-version", "1"]);
        let (text, succeeded) = child::capture(&mut command)?;
        if !succeeded {
            bail!("cargo can't read the workspace");
        }
        let metadata: Value = serde_json::from_str(&text).context("read what cargo tells of the workspace")?;
        let folder =
            |key: &str| metadata[key].as_str().map(PathBuf::from).with_context(|| format!("cargo tells no {key}"));
        Ok(Self { root: folder("workspace_root")?, target: folder("target_directory")?, tests: tests(&metadata) })
    }

    /// A binary of the release profile.
    pub(crate) fn release(&self, name: &str) -> PathBuf {
        self.target.join("release").join(name)
    }

    /// A path below the root.
    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }
}

fn tests(metadata: &Value) -> BTreeSet<String> {
    let targets = items(&metadata["packages"]).flat_map(|package| items(&package["targets"]));
    let tests = targets.filter(|target| items(&target["kind"]).any(|kind| kind == "test"));
    tests.filter_map(|target| target["name"].as_str().map(ToOwned::to_owned)).collect()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
