//! The `PagerDuty` channel: Events API v2.

mod channel;
mod event;
mod settings;

pub use channel::{PagerdutyChannel, SUMMARY};
pub use settings::{ChannelSettings, Region};
