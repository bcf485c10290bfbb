//! The packages of JavaScript that the tests need: libraries and an emulator of others, so that what we speak is not checked by
//! code of ours alone.
//!
//! They go into a folder of cargo's target, where the tests look for them. Each is pinned by its hash in the lock file,
//! which names no place that they come from: npm's own settings do.

use anyhow::{Context, Result, bail};

use crate::{child, parts::say, workspace::Workspace};

/// Names and hashes.
const PINS: [&str; 2] = ["package.json", "package-lock.json"];

/// The packages that the tests name.
const WANTED: [&str; 3] = ["@azure/arm-storage", "@azure/keyvault-secrets", "azurite"];

/// Where they are kept, below the root.
const KEPT: &str = "xtask/javascript";

/// Where they go, below cargo's target folder.
const FOLDER: &str = "keybaton-tools/javascript";

/// Installs what is missing.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    if std::env::var_os("KEYBATON_SKIP_REAL").is_some_and(|value| value == "1") {
        return Ok(());
    }
    let (folder, kept) = (workspace.target.join(FOLDER), workspace.path(KEPT));
    let wanted = std::fs::read_to_string(kept.join(PINS[1])).with_context(|| format!("read {KEPT}"))?;
    let stamp = folder.join("installed.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        say("the packages of JavaScript are installed");
        return Ok(());
    }
    std::fs::create_dir_all(&folder).context("make the folder of the packages of JavaScript")?;
    for file in PINS {
        std::fs::copy(kept.join(file), folder.join(file)).with_context(|| format!("copy {file}"))?;
    }
    // No script of a package runs.
    let args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    child::run(child::program(&folder, "npm").args(args)).context("install the packages (node and npm are needed)")?;
    for package in WANTED {
        if !folder.join("node_modules").join(package).is_dir() {
            bail!("{package} is still missing after it was installed");
        }
    }
    std::fs::write(&stamp, wanted).context("note what was installed")
}
