//! The reference pages in `docs/reference`: written from the code, compared with what is kept, and rewritten with
//! `KEYBATON_BLESS=1`. A page that is out of date fails with the lines that differ.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

mod agent;
mod commands;
mod config;
mod connectors;
mod doctor;
mod exit_codes;
mod holds;
mod metrics;
mod page;
mod presets;
mod schema;
