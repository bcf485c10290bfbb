//! Presets of the http issuer: what a vendor's documents say, as a table that a user's own keys are laid over.
//!
//! One TOML file each in `presets/`, compiled in. [`presets()`] lists them; [`crate::registry::preset`] makes an issuer
//! of one. Everything that the http issuer can be told may be overridden.

mod file;
mod fill;
mod list;
mod merge;
mod parameter;

pub use file::{Link, Need, Preset, Refusal};
pub(crate) use fill::read;
pub use list::{find, presets};
pub use merge::over;
pub use parameter::{Parameter, Type};
