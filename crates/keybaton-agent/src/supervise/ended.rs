//! How a child ended, as a supervisor passes it on.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

/// How a child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With this exit code.
    Code(u8),
    /// By this signal.
    Signal(u8),
}

impl Ended {
    /// The exit code to pass on: the child's own, or 128 and the number of the signal, as a shell says it.
    pub fn code(self) -> u8 {
        match self {
            Self::Code(code) => code,
            Self::Signal(signal) => signal.saturating_add(128),
        }
    }
}

impl From<ExitStatus> for Ended {
    fn from(status: ExitStatus) -> Self {
        let small = |number: i32| u8::try_from(number & 0xff).unwrap_or(u8::MAX);
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Code(small(code)),
            (None, signal) => Self::Signal(small(signal.unwrap_or_default())),
        }
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Code(code) => write!(f, "ended with the exit code {code}"),
            Self::Signal(signal) => write!(f, "was ended by the signal {signal}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_passed_on_as_a_shell_says_it() {
        assert_eq!(Ended::from(ExitStatus::from_raw(9)).code(), 137);
        assert_eq!(Ended::from(ExitStatus::from_raw(7 << 8)).code(), 7);
    }
}
