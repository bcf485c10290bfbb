//! Why nothing is lent.

use keybaton_types::{SecretId, VersionNo};

use crate::Error;

/// Why nothing is lent.
#[derive(Debug)]
pub(crate) enum Why {
    NotYet,
    Unknown,
    Denied { status: u16, title: String },
    Expired,
    Condemned(VersionNo),
    Backwards { held: VersionNo, offered: VersionNo },
    Closed,
}

impl Why {
    /// As the reader's error: `was_held` when something is at hand whose term is over, `trouble` when keybaton's last
    /// answer was none.
    pub(crate) fn error(&self, secret: &SecretId, was_held: bool, trouble: Option<String>) -> Error {
        let secret = secret.clone();
        let silent = "keybaton was not asked since".to_owned();
        match self {
            Self::Closed => Error::Closed,
            Self::Unknown => Error::Unknown(secret),
            Self::Denied { status, title } => Error::Denied { secret, status: *status, title: title.clone() },
            Self::Condemned(version) => Error::Condemned { secret, version: *version },
            Self::Backwards { held, offered } => Error::Backwards { secret, held: *held, offered: *offered },
            Self::Expired => Error::Expired { secret, cause: trouble.unwrap_or(silent) },
            Self::NotYet if was_held => Error::Expired { secret, cause: trouble.unwrap_or(silent) },
            Self::NotYet => match trouble {
                Some(cause) => Error::Unreachable { secret, cause },
                None => Error::NotYet(secret),
            },
        }
    }
}
