//! The Slack channel: an incoming webhook.

mod channel;
mod settings;

pub use channel::{SUMMARY, SlackChannel};
pub use settings::ChannelSettings;
