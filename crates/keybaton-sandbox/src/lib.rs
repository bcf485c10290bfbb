//! A stranger's API on loopback with true 401s and fault switches.
//!
//! It stands in for a service that we do not control: keys are created, listed, disabled and destroyed through an admin
//! API in one of several JSON dialects, consumers authenticate with the keys, and any answer can be made to go wrong. It
//! knows nothing of keybaton; `demo`, tests and examples use it.
//!
//! Start with [`Sandbox::start`]; steer and inspect through [`State`] or, from another process, through `/_sandbox`.

mod admin;
mod app;
mod consumer;
mod dialect;
mod effect;
mod fault;
mod hostile;
mod key;
pub mod key_vault;
mod keyring;
mod options;
mod sandbox;
mod server;
mod spoil;
mod state;
mod steering;
mod value;

pub use dialect::Dialect;
pub use effect::Operation;
pub use fault::Fault;
pub use key::{Counts, Key, Scope, Tally};
pub use keyring::Totals;
pub use options::{InitialKey, Options};
pub use sandbox::Sandbox;
pub use state::State;
pub use steering::{Queued, Report, ScopeSteering, Steering, UnknownKey};
