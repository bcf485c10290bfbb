//! Secrets Manager as a place that consumers read.
//!
//! A version is put under AWSPENDING and becomes AWSCURRENT by one move of that label, which AWS refuses when the label is
//! not where the caller says: so a write of somebody else is never lost. The id of a version of ours is its client request
//! token and carries its fence, so that the same write again changes nothing and a late one of our own bounces (R3).

mod claim;
mod kind;
mod secret;
mod vault;
mod versions;

pub use kind::SUMMARY;
pub use vault::SecretsManagerVault;
