//! The faults that a search may still spend.

/// The faults that a search may still spend.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Budget {
    /// Engines that stop at any point.
    pub(crate) crash: u8,
    /// Calls that do not end well: not sent, refused, or nobody knows.
    pub(crate) lose: u8,
    /// Leases that are taken over from a paused engine.
    pub(crate) steal: u8,
    /// Credentials that an outsider spoils, and false alarms.
    pub(crate) alert: u8,
    /// Refusals that no credential can be blamed for.
    pub(crate) storm: u8,
    /// Outsiders who switch A on or off.
    pub(crate) meddle: u8,
    /// How often somebody else writes into the vault or takes that back; an even number, so that it is taken back.
    pub(crate) scribble: u8,
    /// Requests of a person.
    pub(crate) ask: u8,
    /// How often another secret that holds A too may leave it or come back to it; an odd number, so that it leaves.
    pub(crate) guest: u8,
    /// Instances that vanish without a word.
    pub(crate) vanish: u8,
    /// Old copies of the state database that are put back.
    pub(crate) restore: u8,
    /// Rotations that follow the first.
    pub(crate) again: u8,
}
