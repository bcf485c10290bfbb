//! The far services: issuers, vaults, probes, and the channels on which people are told of alerts.
//!
//! One folder per service, each with an `issuer`, `vault` or `probe` as it has them and with the settings that it is
//! built from; [`registry`] lists them. A connector makes one call when it is told to and says how that ended. Never in
//! here: retries, waiting, the ledger, decisions, configuration files.
//!
//! What brings a tree of libraries of its own is behind a cargo feature: a `cfg` here and one at its lines of the registry,
//! nowhere else.

#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "azure")]
pub mod azure;
pub mod build;
mod call;
mod digest_id;
mod duration;
pub mod email;
pub mod exec;
pub mod file;
pub mod hashicorp;
mod host;
pub mod http;
pub mod kubernetes;
pub mod manual;
pub mod mariadb;
pub mod pagerduty;
mod password;
pub mod postgres;
pub mod preset;
pub mod prometheus;
pub mod redis;
pub mod registry;
mod render;
mod schema;
pub mod slack;
mod sql;
mod timing;
mod web;
pub mod webhook;
mod wording;

pub use preset::presets;
pub use render::Rendering;
