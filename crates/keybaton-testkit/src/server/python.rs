//! Packages of Python: libraries of those who read what we serve and receive what we send.

use std::path::PathBuf;

use super::folder;

/// The folder that they are in, as `PYTHONPATH` wants it. The project's own command installs them there.
pub fn python() -> PathBuf {
    folder::target().join("keybaton-tools/python")
}
