//! What a supervisor says of its work: to whoever prints it, and never with a value.

use keybaton_types::{SecretId, VersionNo};

/// Something happened that a person wants to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A child was started with these versions.
    Started {
        /// Its number.
        child: u32,
        /// What it got.
        versions: Vec<(SecretId, VersionNo)>,
    },
    /// The child is ready.
    Ready {
        /// Its number.
        child: u32,
    },
    /// A child did not become ready; the one before it goes on.
    NotReady {
        /// Why.
        why: String,
    },
    /// The old child is gone.
    Replaced {
        /// Its number.
        child: u32,
    },
    /// The files hold these versions now, and the child was told.
    Refreshed {
        /// What they hold.
        versions: Vec<(SecretId, VersionNo)>,
    },
    /// The new version could not be handed over; the old one stays where it is, and it is tried again.
    Postponed {
        /// Why.
        why: String,
    },
}

/// Who hears the news.
pub trait Hear: Send + Sync {
    /// Takes one piece of news.
    fn hear(&self, news: &News);
}
