//! The traits between the engine and the world. What is behind them is in the connectors and the store; what decides is
//! in core.

mod alert_desk;
mod audit;
mod channel;
mod fault;
mod issuer;
mod operations;
mod outbox;
mod probe;
mod render;
mod signal;
mod store;
mod tokens;
mod vault;

pub use alert_desk::AlertDesk;
pub use audit::{AuditRow, Checkpoint, Verified};
pub use channel::{Channel, Message, Severity, Standing};
pub use fault::{Called, Certainty, Fault};
pub use issuer::{
    Alphabet, Create, Created, Describing, Draw, Issuer, IssuerTraits, Listing, Recognising, Sessions, Switching,
};
pub use keybaton_core::answer::{Blame, Listed, Verdict};
pub use operations::{
    Adoption, Failure, FailureKind, Operations, Progress, Proof, Served, Sharing, Until, VaultUse, Word,
};
pub use outbox::{Attempt, Due, Ended, Fared, Notice, Openness, Outbox, Subject};
pub use probe::{Presented, Probe};
pub use render::Render;
pub use signal::{Counted, Signal};
pub use store::{Ask, Attachment, Engine, Enrolled, Handed, Lease, Record, Snapshot, Store, StoreError, Told, Wanted};
pub use tokens::{Grant, Order, TokenDesk, Tokens};
pub use vault::{
    Archive, Fence, Has, Home, Instance, Knows, Numbered, Numbering, Publication, Replaces, Restarted, Seen, Slot,
    Tidying, Vault, VaultTraits, Workload, Workloads,
};
