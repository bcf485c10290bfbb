//! A service without an API for keys: a person makes the new one and deletes the old one. The person of these tests uses
//! the service's own HTTP API, of which keybaton knows nothing.

mod crash;
mod deadline;
mod hand;
mod refusal;
mod rotation;
mod terminal;

pub(crate) use hand::{DAYS, Hand};
