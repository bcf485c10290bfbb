//! The examples: every folder of `examples/` has a `run` script that must exit 0.
//!
//! A script gets the release binaries in `KEYBATON` and `KEYBATON_SANDBOX`, starts in its own folder and takes less than
//! a minute. The limit here is longer, because the machine may be slow.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::{child, workspace::Workspace};

/// The longest that an example may take, in seconds.
const LIMIT: &str = "180";

/// The names of the examples, sorted.
pub(crate) fn all(workspace: &Workspace) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(workspace.path("examples")).context("read examples/")? {
        let entry = entry.context("read examples/")?;
        if entry.path().is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Runs one example. `timeout` ends it together with everything that it started.
pub(crate) fn run(workspace: &Workspace, name: &str) -> Result<()> {
    let folder = workspace.path("examples").join(name);
    if !folder.join("run").is_file() {
        bail!("examples/{name} has no script `run`");
    }
    let mut command = child::program(&folder, "timeout");
    command.args(["--kill-after=5", LIMIT, "bash", "./run"]);
    command.env("KEYBATON", workspace.release("keybaton"));
    command.env("KEYBATON_SANDBOX", workspace.release("keybaton-sandbox"));
    child::run(&mut command)
}
