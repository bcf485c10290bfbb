//! The door: whether a request is meant for us, who asks, and how often.

mod caller;
mod here;
mod known;
mod pace;

use std::sync::Arc;

use keybaton_ports::Tokens;

pub(crate) use caller::Caller;
pub(crate) use here::{Here, meant_for_us};

use crate::Limits;
use known::Known;
use pace::Pace;

/// What the door knows.
pub(crate) struct Door {
    here: Here,
    known: Known,
    pace: Pace,
}

impl Door {
    /// A door of a server at an address.
    pub(crate) fn new(tokens: Arc<dyn Tokens>, here: Here, limits: &Limits) -> Self {
        Self { here, known: Known::new(tokens, limits.trust), pace: Pace::new(limits) }
    }

    /// Whether only this machine reaches us.
    pub(crate) fn is_on_loopback(&self) -> bool {
        match self.here {
            Here::Loopback(_) => true,
            Here::Anywhere => false,
        }
    }
}
