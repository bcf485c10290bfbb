//! Whether a person sits in front of us.

use rustix::process::getpgrp;
use rustix::termios::tcgetpgrp;

/// Whether a person sits in front of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Terminal {
    /// Our stdin is a terminal and we are in its foreground. The child stays in our process group: it can read, and what
    /// is typed (Ctrl-C, Ctrl-Z) reaches it from the terminal itself.
    Foreground,
    /// There is none; the child leads a process group of its own.
    None,
}

impl Terminal {
    pub(super) fn ours() -> Self {
        match tcgetpgrp(std::io::stdin()) {
            Ok(group) if group == getpgrp() => Self::Foreground,
            Ok(_) | Err(_) => Self::None,
        }
    }
}
