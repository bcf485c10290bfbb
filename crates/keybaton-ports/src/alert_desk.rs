//! Alerts as the commands list and try them, whoever does it: this process, or a server that is asked.

use async_trait::async_trait;
use keybaton_types::document::{AlertTested, Alerts};

use crate::Failure;

/// Where alerts are listed, and channels tried.
#[async_trait]
pub trait AlertDesk: Send + Sync {
    /// What is open, what was resolved lately, and how each channel fares. Tells nobody anything.
    async fn list(&self) -> Result<Alerts, Failure>;

    /// Sends a test alert on one channel, and resolves it.
    async fn test(&self, channel: &str, by: &str) -> Result<AlertTested, Failure>;
}
