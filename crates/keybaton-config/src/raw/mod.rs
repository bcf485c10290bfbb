//! The file as it is written: every key that it may have, nothing filled in, nothing resolved.
//!
//! These types are read by serde and described by schemars, so what is accepted and what the schema says agree.

mod consumer;
mod duration;
mod emergency;
mod file;
mod overlap;
mod reference;
mod secret;
mod server;
mod signal;
mod state;
mod terms;
mod watch;
mod window;
mod words;

pub(crate) use consumer::Consumer;
pub(crate) use duration::Duration;
pub(crate) use emergency::Emergency;
pub(crate) use file::{Embedded, File};
pub(crate) use overlap::Overlap;
pub(crate) use secret::Secret;
pub(crate) use server::Server;
pub(crate) use signal::Signal;
pub(crate) use state::State;
pub(crate) use terms::{Defaults, Terms};
pub(crate) use watch::Watch;
pub(crate) use window::Window;
pub(crate) use words::{Evidence, OnStraggler, Rollback, Until};
