//! The invariants, by what it means when one is broken.

/// A broken invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Breach {
    /// I1: a live consumer can't authenticate, neither with what it would use next nor with its last good credential.
    LockedOut,
    /// I2: a live consumer holds a condemned credential, and nobody forced that.
    CutOff,
    /// I3: a commit was made under a lease that is over.
    TwoWriters,
    /// I4: at rest a live credential of ours is unknown to the ledger.
    Orphan,
    /// I5: the vault serves something that does not work.
    DeadCurrent,
    /// I6: A does not work although it was neither condemned nor switched off.
    OldDead,
    /// I7: something was done that was not written down first, or destroyed without being condemned.
    NoIntent,
    /// I8: no end can be reached any more.
    NoEnd,
    /// A consumer went back to an older version.
    Backwards,
    /// A condemned credential was used or served.
    CondemnedUsed,
    /// At the end there is not exactly one live credential of ours, or the vault serves another one.
    NotOne,
    /// A credential of somebody else was destroyed.
    NotOurs,
    /// B was taken back although it works, and nobody asked for that.
    Unattributed,
    /// A was condemned after a watch that nobody watched.
    Unwatched,
    /// The machine refused an event of its own engine.
    Stuck,
    /// A person ended a hold, and by what was seen before it was there again at once.
    Deaf,
}
