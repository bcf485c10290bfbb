//! The e-mail channel: SMTP.

mod channel;
mod failure;
mod letter;
mod settings;

pub use channel::{EmailChannel, SUMMARY};
pub use settings::{ChannelSettings, Tls};
