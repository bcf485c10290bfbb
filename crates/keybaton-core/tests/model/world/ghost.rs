//! What only the model knows: it judges by it, and no decision sees it.

use super::breach::Breach;

/// What only the model knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Ghost {
    /// Somebody was cut off on purpose: forced, an emergency, or by time alone.
    pub(crate) cut: bool,
    /// Ticks of the present watch in which an engine really looked.
    pub(crate) attended: u8,
    /// An outsider has touched A.
    pub(crate) meddled: bool,
    /// The state database was replaced by an older one.
    pub(crate) restored: bool,
    /// What an actor has seen go wrong.
    pub(crate) breach: Option<Breach>,
}
