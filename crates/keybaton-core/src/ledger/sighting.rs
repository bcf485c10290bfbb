//! Evidence about an instance and a credential.

use keybaton_types::{CredentialNo, Timestamp};
use serde::{Deserialize, Serialize};

/// Evidence about an instance and a credential.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sighting {
    /// The consumer.
    pub consumer: String,
    /// Its instance.
    pub instance: String,
    /// Which credential; `None` where the instance has something that we do not know.
    pub credential: Option<CredentialNo>,
    /// What was seen.
    pub seen: Seen,
    /// When it was seen last.
    pub last: Timestamp,
    /// Until when the holder may use the credential; only for holders that enforce it.
    pub lease_until: Option<Timestamp>,
}

/// What was seen of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// It was handed the value.
    Fetched,
    /// The value was written to a file or child that is ready.
    Delivered,
    /// It authenticated with the value.
    Used,
    /// It erased the value, and nothing is in flight.
    Dropped,
    /// A pipeline or a person says that it has moved.
    Acked,
    /// A person says that it is gone.
    Forgotten,
    /// A person was shown the value: no consumer, but a copy may exist from then on.
    Revealed,
}
