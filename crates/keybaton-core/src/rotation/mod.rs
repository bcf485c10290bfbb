//! The rotation machine: pure, total, and the same code in production and in the model.

mod effect;
mod errand;
mod event;
pub mod explain;
mod hold;
mod on;
mod pace;
pub mod span;
mod state;
mod step;
mod transition;
mod trust;
mod turn;

pub use effect::{Effect, Operation};
pub use event::{Event, Request};
pub use hold::{Hold, HoldReason, Resumes};
pub use state::{Aim, Cause, Look, Mint, Rotation, State, Then, Times, Way, Write};
pub use step::step;
pub use transition::{Refused, Transition};
