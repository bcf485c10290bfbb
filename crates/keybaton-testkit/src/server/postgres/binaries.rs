//! Where `PostgreSQL` is installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const INSTALL: &str = "PostgreSQL is not installed, and this test runs against it.\n\
    Install it with `apt-get install -y --no-install-recommends postgresql`,\n\
    or skip every test of this kind with KEYBATON_SKIP_REAL=1.";

/// An installation of `PostgreSQL`.
pub(super) struct Binaries {
    folder: PathBuf,
    /// Its version, such as `15.18`.
    pub(super) version: String,
}

impl Binaries {
    /// Finds the newest one; a missing one fails the test.
    pub(super) fn find() -> Self {
        let folder = packaged().into_iter().chain(on_path()).find(|folder| whole(folder));
        let Some(folder) = folder else { panic!("{INSTALL}") };
        let version = version(&folder.join("postgres"));
        Self { folder, version }
    }

    /// One of its programs.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// `/usr/lib/postgresql/*/bin`, the newest first.
fn packaged() -> Vec<PathBuf> {
    let entries = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut majors: Vec<u32> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    majors.sort_unstable();
    majors.iter().rev().map(|major| PathBuf::from(format!("/usr/lib/postgresql/{major}/bin"))).collect()
}

fn on_path() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

fn whole(folder: &Path) -> bool {
    ["postgres", "initdb"].iter().all(|program| folder.join(program).is_file())
}

fn version(postgres: &Path) -> String {
    let output = Command::new(postgres).arg("--version").output().expect("ask PostgreSQL for its version");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.split_whitespace().nth(2).unwrap_or("unknown").to_owned()
}
