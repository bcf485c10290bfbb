//! The fault layer: decorators over the ports that break one call, chosen by number.
//!
//! A fault loop gives one [`Faults`] to every decorator, breaks call 0, then call 1, and so on, until a run ends with a
//! number that was never [reached](Faults::reached): the points are found by iterating, not from a list.

mod issuer;
mod plan;
mod probe;
mod vault;

pub use issuer::Faulty;
pub use plan::{Call, Faults, Injected};
pub use probe::FaultyProbe;
pub use vault::FaultyVault;
