//! The far services: issuers, vaults and probes.
//!
//! One folder per service, each with an `issuer`, `vault` or `probe` as it has them and with the settings that it is
//! built from; [`registry`] lists them. A connector makes one call when it is told to and says how that ended. Never in
//! here: retries, waiting, the ledger, decisions, configuration files.

pub mod build;
mod call;
mod digest_id;
mod duration;
pub mod exec;
pub mod file;
pub mod hashicorp;
mod host;
pub mod http;
pub mod manual;
pub mod mariadb;
mod password;
pub mod postgres;
pub mod preset;
pub mod redis;
pub mod registry;
mod render;
mod schema;
mod sql;
mod timing;
mod web;

pub use preset::presets;
pub use render::Rendering;
