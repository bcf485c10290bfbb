//! Tells people of alerts: what the outbox holds goes out on the channels of the configuration.
//!
//! Nothing of a rotation waits for it: alerts are rows that a commit has written, and a courier beside the engine tells of
//! them, again until a channel has taken them. `serve`, `tick` and whoever follows a rotation run one; the outbox sees to
//! it that only one process sends on a channel at a time. What no commit says, because nothing happens, a lookout sees.

mod board;
mod compose;
mod courier;
mod desk;
mod lapse;
mod lookout;
mod pace;
mod standing;

pub use board::{Board, Channels, Route, Wired};
pub use courier::Courier;
pub use desk::LocalAlertDesk;
pub use lapse::{KIND as SCHEDULER_DEAD, LIMIT as LAPSE_LIMIT, Lapse, lapse};
pub use lookout::Lookout;
