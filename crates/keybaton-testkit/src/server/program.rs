//! Where a server's program is installed.

use std::path::PathBuf;

/// Folders that are not on everybody's `PATH`.
const USUAL: [&str; 4] = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

/// Finds a program; a missing one fails the test with the command that installs it.
pub(super) fn find(program: &str, name: &str, package: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(USUAL.map(PathBuf::from));
    let found = folders.map(|folder| folder.join(program)).find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!(
            "{name} is not installed, and this test runs against it.\n\
             Install it with `apt-get install -y --no-install-recommends {package}`,\n\
             or skip every test of this kind with KEYBATON_SKIP_REAL=1."
        )
    })
}
