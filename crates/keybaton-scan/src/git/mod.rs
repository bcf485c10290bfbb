//! What git holds: staged changes, and objects by name.
//!
//! The one process that this crate starts is `git`, and so that nothing of a repository runs: see [`Git`]. Nothing is
//! written.

mod blobs;
mod error;
mod history;
mod object;
pub mod patch;
mod place;
mod program;
mod pushed;
mod staged;

pub use error::Error;
pub use history::{Birth, History, Progress, Shelf, Told};
pub use object::ObjectName;
pub use place::Place;
pub use program::Git;
pub use pushed::Pushed;
pub use staged::{Patched, Side, Staged};
