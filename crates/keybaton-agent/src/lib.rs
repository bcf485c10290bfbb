//! The sidecar for services that do not link the library: a local API, files and templates, and a supervisor of processes.

mod burst;
mod file;
pub mod files;
mod grip;
pub mod serve;
mod signal;
mod source;
pub mod supervise;

pub use file::{Access, AccessError, Mode};
pub use grip::{Feed, Grip, Unread};
pub use signal::signal;
pub use source::Source;
