//! The exit codes (DESIGN section 7).

use std::process::ExitCode;

use keybaton_ports::FailureKind;

/// How a command ended. An unknown code is a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or yes.
    Done,
    /// It ran, and the answer is no: findings, overdue, unhealthy.
    No,
    /// Usage or configuration.
    Usage,
    /// It could not be determined: network, vault down, permission.
    Unknown,
    /// The rotation was rolled back.
    RolledBack,
    /// The rotation is held; a human is needed.
    Held,
    /// The rotation is still draining.
    Draining,
    /// Interrupted; the state is kept.
    Interrupted,
    /// A command that was run here ended with this.
    Passed(u8),
}

impl Exit {
    fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::No => 1,
            Self::Usage => 2,
            Self::Unknown => 3,
            Self::RolledBack => 4,
            Self::Held => 5,
            Self::Draining => 6,
            Self::Interrupted => 130,
            Self::Passed(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl From<FailureKind> for Exit {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::No => Self::No,
            FailureKind::Usage => Self::Usage,
            FailureKind::Unknown => Self::Unknown,
            FailureKind::Held => Self::Held,
        }
    }
}
