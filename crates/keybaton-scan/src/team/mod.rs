//! What a team adds: rules and exceptions in the configuration format of gitleaks.
//!
//! The format is read as it is, so that an existing `.gitleaks.toml` keeps working: `[[rules]]`, `[extend]`,
//! `[allowlist]` and `[[allowlists]]`. Expressions are checked when the file is read, and compiled when a keyword of
//! their rule was seen for the first time; they match in linear time.

mod allowlist;
mod config;
mod expression;
mod raw;
mod rule;

pub use config::{Broken, BuiltIn, Config};
pub(crate) use rule::TeamRule;
