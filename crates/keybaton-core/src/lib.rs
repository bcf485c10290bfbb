//! The law: rotation, gate, health, schedule and ledger.
//!
//! Pure: no clock, no randomness, no values, no waiting. Facts come in, decisions go out, and the code that decides in
//! production is the code that the model explores.

pub mod alarm;
pub mod answer;
pub mod civil;
pub mod confirmed;
pub mod facts;
pub mod gate;
pub mod health;
pub mod history;
pub mod ledger;
pub mod look;
pub mod plan;
pub mod policy;
pub mod retiring;
pub mod roster;
pub mod rotation;
pub mod schedule;
pub mod sheet;
pub mod signal;
pub mod watch;
