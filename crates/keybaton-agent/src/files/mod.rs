//! Files that the agent keeps: a secret as it is, or a template with several. The work of `agent.toml`.

mod change;
mod config;
mod keeper;
mod kept;
mod raw;
mod template;

pub use change::Change;
pub use config::{Config, ConfigError, Entry};
pub use keeper::{FileNews, Told};
pub use kept::Files;
pub use raw::schema;
pub use template::{Content, TemplateError};
