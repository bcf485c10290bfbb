//! Packages of JavaScript: libraries of those who read what we serve.

use std::path::PathBuf;

use super::folder;

/// The folder whose `node_modules` they are in. The project's own command installs them there.
pub fn javascript() -> PathBuf {
    folder::target().join("keybaton-tools/javascript")
}
