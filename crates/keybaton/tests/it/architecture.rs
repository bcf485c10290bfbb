//! The house keeps its shape: who depends on whom, what is absent, and where the closed doors open.
//!
//! ARCHITECTURE.md says the same in words. Everything here reads the workspace as it is: `cargo metadata`, `cargo tree`
//! and the source text.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a helper of a test fails the test")]

mod absences;
mod clouds;
mod documents;
mod edges;
mod graph;
mod house;
mod openings;
mod sources;
