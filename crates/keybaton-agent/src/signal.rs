//! Signals by their names.

use rustix::process::Signal;

/// A signal by its name, with or without `SIG`: one of those that tell a process something.
pub fn signal(text: &str) -> Result<Signal, String> {
    match text.strip_prefix("SIG").unwrap_or(text) {
        "HUP" => Ok(Signal::HUP),
        "INT" => Ok(Signal::INT),
        "QUIT" => Ok(Signal::QUIT),
        "TERM" => Ok(Signal::TERM),
        "USR1" => Ok(Signal::USR1),
        "USR2" => Ok(Signal::USR2),
        "WINCH" => Ok(Signal::WINCH),
        "CONT" => Ok(Signal::CONT),
        _ => Err("a signal is one of HUP, INT, QUIT, TERM, USR1, USR2, WINCH, CONT".to_owned()),
    }
}
