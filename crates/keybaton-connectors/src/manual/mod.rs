//! Services without an API for keys: a person makes the new key and deletes the old one, and keybaton says how.
//!
//! [`ManualIssuer`] calls nobody. Asked to create or to destroy, it answers with the words of its [`IssuerSettings`]
//! and says that a person has to do it; the engine takes the key that a person hands over, and proves with the probe
//! that a deleted one is dead. It is no probe itself: the secret names one.

mod instruction;
mod issuer;
mod kind;
mod settings;

pub use issuer::ManualIssuer;
pub use kind::SUMMARY;
pub use settings::IssuerSettings;
