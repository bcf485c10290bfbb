//! Prometheus: counts of calls by instant queries over its HTTP API, one for refused calls and one for all.
//!
//! The answer is read strictly: a vector of finite numbers that are not negative. Everything else is a fault, so that
//! nonsense never counts against a key.

mod answer;
mod signal;

pub use signal::{Prometheus, Queries};
