//! Secret ids of a role of the `AppRole` method. A role may have many at once, so two of them overlap without any trick.
//!
//! A secret id that is destroyed logs nobody in any more, and the tokens that were issued for it work on: they carry its
//! metadata, our label among them, by which they are found and revoked.

mod id;
mod issuer;
mod kind;
mod probe;
mod role;
mod tokens;

pub use issuer::AppRoleIssuer;
pub use kind::SUMMARY;
pub use probe::AppRoleProbe;
