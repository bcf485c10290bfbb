//! Where the emulators are: in the folders into which the project's own command installs them.

use std::path::{Path, PathBuf};

use crate::server::folder;

/// The folder of an emulator; a missing one fails the test with the command that installs it.
pub(super) fn installed(emulator: &str) -> PathBuf {
    let folder = folder::target().join("keybaton-tools").join(emulator);
    assert!(
        folder.join("installed.txt").is_file(),
        "{emulator} is not installed, and this test runs against it.\n\
         Install it with `cargo xtask packages`, or skip every test of this kind with KEYBATON_SKIP_REAL=1."
    );
    folder
}

/// The interpreter, which the emulators are written for.
pub(super) fn python() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("python3")).find(|path| Path::is_file(path));
    found.expect("python3 is installed")
}
