//! The Python in which the published libraries of receivers are.

use std::path::PathBuf;

/// Finds it; a missing one fails the test with the command that installs it.
pub fn receivers_python() -> PathBuf {
    let own = std::env::current_exe().expect("where this test is");
    let found = own.ancestors().map(|folder| folder.join("python/bin/python")).find(|path| path.is_file());
    found.unwrap_or_else(|| {
        panic!(
            "the libraries of receivers are not installed, and this test asks them.\n\
             Install them with `cargo xtask packages`,\n\
             or skip every test of this kind with KEYBATON_SKIP_REAL=1."
        )
    })
}
