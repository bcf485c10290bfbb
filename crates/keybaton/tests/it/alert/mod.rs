//! Alerts from end to end: who is told, what a channel that hangs costs, and what is said when nobody listens.

mod channel;
pub(crate) mod receiver;
mod telling;

pub(crate) use receiver::Receiver;
pub(crate) use telling::told;
