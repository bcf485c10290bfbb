//! What can happen next.

use std::fmt;

use keybaton_core::rotation::Request;

/// What can happen next. Indices name instances and flights in the order of the state that it happens in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Action {
    /// An engine takes the lease.
    Claim,
    /// The engine that holds the lease decides a step.
    Turn,
    /// The pending operation ends.
    Answer(Reply),
    /// The engine stops; what it sent may still land.
    Crash,
    /// The engine is paused and another one takes the lease.
    Steal,
    /// The paused engine goes on.
    Thaw,
    /// A late call lands.
    Land(u8),
    /// A late call is lost.
    Drop(u8),
    /// An instance reads.
    Fetch(u8),
    /// An instance authenticates.
    Use(u8),
    /// An instance erases the loser and says so.
    Erase(u8),
    /// An instance writes its cache to the disk; only where it does so too late.
    Flush(u8),
    /// An instance starts anew.
    Restart(u8),
    /// An instance is gone without a word.
    Vanish(u8),
    /// A person says that an instance is gone.
    Forget(u8),
    /// An outsider spoils the new credential for consumers.
    Spoil,
    /// An outsider spoils the new credential for everybody.
    Kill,
    /// An instance reports refusals that have another cause.
    Alarm(u8),
    /// Somebody sees refusals that no credential can be blamed for.
    Storm,
    /// Another secret that holds A leaves it, or comes back to it.
    Move,
    /// An outsider switches the old credential on or off.
    Meddle,
    /// Somebody else writes into the vault, or takes that back.
    Scribble,
    /// A person asks.
    Ask(Request),
    /// A person makes the key that is asked for, and hands it over.
    Hand,
    /// A person deletes the key that was condemned.
    Delete,
    /// The state database is copied.
    Backup,
    /// The copy is put back.
    Restore,
    /// A person has looked at a restored database, and lets it go on.
    Trust,
    /// Another rotation starts.
    Start,
    /// Time passes.
    Tick,
}

/// How an operation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Reply {
    /// Truly.
    Done,
    /// A probe is accepted although not every place knows the credential yet.
    Early,
    /// It never left.
    NotSent,
    /// It was refused for a reason that is not in the world.
    Refused,
    /// Nobody knows.
    Lost,
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
