//! Performs effects, drives rotations, claims work.
//!
//! The engine carries out what core decides and writes it down first. It never chooses an effect, knows no connector by
//! name, holds no SQL and no words for people. One path serves the first run, the retry and the recovery: read the
//! ledger, make one step, commit it, perform what it asks, and come back with the answer.

mod alarms;
pub mod alerts;
mod charge;
pub mod delivery;
mod desk;
mod drive;
mod due;
mod error;
mod facts;
mod lane;
mod lease;
mod listener;
mod notary;
mod observe;
mod operations;
mod perform;
mod prints;
mod record;
mod safe;
mod service;
mod synthetic;
mod tidy;
mod time;
mod turn;
mod workloads;

pub use alarms::Alarms;
pub use charge::{Charge, Charges};
pub use desk::LocalDesk;
pub use drive::{Driver, Pass};
pub use error::Error;
pub use lane::{Lane, Lanes};
pub use listener::{Listener, Signals, Watched};
pub use operations::Local;
pub use safe::{Opened, current_value, live_credentials};
pub use service::{Options, Service};
pub use time::{RealTime, Time};
