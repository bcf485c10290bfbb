//! The file as the rest of keybaton uses it: every default filled in, every name resolved, nothing left to doubt.

mod alert;
mod check;
mod config;
mod consumer;
mod issuer;
mod policy;
mod probe;
mod schedule;
mod secret;
mod server;
mod signal;
mod state;
mod vault;

pub use alert::{AlertTable, ChannelKind};
pub use config::Config;
pub use issuer::{IssuerKind, IssuerTable, PRESETS};
pub use probe::{ProbeKind, ProbeTable};
pub use secret::Secret;
pub use server::{Server, Tls};
pub use signal::SignalTable;
pub use state::{Database, State};
pub use vault::{VaultKind, VaultTable};
