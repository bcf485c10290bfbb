//! keybaton.toml, from raw to checked.
//!
//! [`Config::load`] reads the file; [`Error::render`] explains what is wrong with it, with the line and a hint, and never
//! shows a value that may be a secret. Tables of connectors are kept as [`Table`]s, which their owners read later with the
//! same errors. [`discover()`] finds the file, [`report::check()`] previews the schedules, [`schema()`] describes the
//! format and [`starter()`] is a file to begin with.
//!
//! Nothing here opens a reference, reaches a network or knows a connector.

mod checked;
mod discover;
mod document;
mod error;
mod later;
mod load;
mod mask;
mod merge;
mod node;
mod problem;
mod raw;
mod remark;
pub mod report;
mod schema;
mod starter;
mod suggest;
mod table;

pub use checked::{
    AlertTable, ChannelKind, Config, Database, IssuerKind, IssuerTable, PRESETS, ProbeKind, ProbeTable, Secret, Server,
    SignalTable, State, Tls, VaultKind, VaultTable,
};
pub use discover::discover;
pub use document::Document;
pub use error::Error;
pub use load::{LIMIT, MOST_FILES};
pub use node::{Located, Span};
pub use remark::{Color, Level, Remark};
pub use schema::schema;
pub use starter::starter;
pub use table::Table;
