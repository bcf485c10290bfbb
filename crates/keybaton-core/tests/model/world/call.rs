//! A call to a far service, as it travels: what it names was resolved when it was sent.

use keybaton_types::{Epoch, OpSeq, Timestamp, VersionNo};

use super::issuer::Value;

/// A call that changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Call {
    /// Makes a credential: the value that we chose, the slot that it takes.
    Create(Option<Value>, Option<u8>),
    /// Writes a version.
    Publish(VersionNo, Value),
    /// Switches a credential off.
    Disable(u8),
    /// Switches a credential on.
    Enable(u8),
    /// Destroys a credential: by whose wish it was condemned or unknown to us.
    Destroy(u8),
    /// Ends the sessions of a value.
    EndSessions(Value),
}

/// A call whose answer nobody waits for any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Flight {
    /// What it does when it lands.
    pub(crate) call: Call,
    /// Under which lease it was sent.
    pub(crate) epoch: Epoch,
    /// As which operation.
    pub(crate) seq: OpSeq,
    /// Until when it may land; `None` where a fence makes waiting needless.
    pub(crate) until: Option<Timestamp>,
}
