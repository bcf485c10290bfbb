//! The file vault: consumers read a file, whole or one entry of it.
//!
//! A write replaces the file at once and changes nothing of it but the value: other lines, comments, quotes and keys stay
//! byte for byte. Nothing of ours is kept beside the value, so what is served is always the content itself, which the
//! engine recognises by its fingerprint.

mod access;
mod dotenv;
mod entry;
mod failure;
mod folder;
mod json;
mod kind;
mod plain;
mod quote;
mod replace;
mod scan;
mod settings;
mod splice;
mod stage;
mod target;
mod vault;

pub use kind::SUMMARY;
pub use settings::{Format, Quotes, VaultSettings};
pub use vault::FileVault;
