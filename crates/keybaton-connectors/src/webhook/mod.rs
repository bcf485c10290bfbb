//! The webhook channel: a `CloudEvents` document, signed after Standard Webhooks.

mod channel;
mod event;
mod settings;

pub use channel::{SUMMARY, WebhookChannel};
pub use settings::ChannelSettings;
