//! A key vault of Azure on loopback: the secrets of its REST API over TLS, and the login that gives the tokens for it.
//!
//! It keeps versions, soft-deleted secrets, tags, dates and rights as the real one does, in memory. That it speaks the protocol
//! is checked with Microsoft's own clients. Keys, certificates, backups and everything about the resource itself are not here.

mod answer;
mod directory;
mod random;
mod route;
mod secret;
mod server;
mod store;
mod vault;

pub use directory::{Right, TENANT};
pub use secret::Version;
pub use server::Weather;
pub use vault::{KeyVault, Switch};
