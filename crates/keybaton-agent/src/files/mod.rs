//! What `agent.toml` says: files that the agent keeps, and vaults that it may read while its server is silent. The files are
//! kept here; the vaults are read by whoever has the connectors.

mod change;
mod config;
mod detour;
mod keeper;
mod kept;
mod raw;
mod template;

pub use change::Change;
pub use config::{Config, ConfigError, Entry};
pub use detour::DetourEntry;
pub use keeper::{FileNews, Told};
pub use kept::Files;
pub use raw::schema;
pub use template::{Content, TemplateError};
