//! The supervisor of one command: gives it its secrets, and moves it to a new version. `keybaton run` is its caller.
//!
//! An *edition* is one version of each secret, as one child gets them. A child is *ready* when it stayed up for a while,
//! when a command says so, or when it says so itself (`sd_notify(3)`). Only then is its edition told as delivered, and
//! only when the child before it is gone and its files are erased.

mod child;
mod edition;
mod ended;
mod folder;
mod forward;
mod news;
mod options;
mod orphans;
mod ready;
mod restart;
mod slot;
mod supervisor;
mod terminal;
mod touch;

pub use ended::Ended;
pub use news::{Hear, News};
pub use options::{OnChange, Options, Order, Pace, Ready};
pub use slot::{Form, Slot, SlotError, Variable};
pub use supervisor::{Error, Supervisor};
