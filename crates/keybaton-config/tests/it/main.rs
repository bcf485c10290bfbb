//! Integration tests of the configuration.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a helper of a test fails the test")]

mod alert;
mod defaults;
mod folder;
mod full;
mod later;
mod literal;
mod origin;
mod preset;
mod random;
mod refusal;
mod report;
mod schedule;
mod schema;
mod signal;
mod starter;
mod table;
mod text;
mod warning;
