//! Posts a message to an incoming webhook. Slack can neither edit nor thread what came in so: each message stands alone.

use std::sync::Arc;

use async_trait::async_trait;
use keybaton_ports::{Called, Channel, Message, Severity, Standing};
use keybaton_seal::SecretValue;
use keybaton_types::Reference;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Value, json};

use super::settings::ChannelSettings;
use crate::build::{BuildChannel, BuildError};
use crate::web::Post;
use crate::{timing, wording};

/// What the Slack channel is, in one line.
pub const SUMMARY: &str = "messages into a channel of Slack through an incoming webhook";

/// The most characters of a text block (Slack's reference of blocks).
const LONGEST: usize = 3000;

/// A channel of Slack.
pub struct SlackChannel {
    post: Post,
}

impl SlackChannel {
    /// Builds the channel; the only value is the URL.
    pub fn new(settings: &ChannelSettings, values: Vec<SecretValue>) -> Result<Self, BuildError> {
        let url = values.into_iter().next().ok_or_else(|| BuildError::secret("url", "it was not resolved"))?;
        Ok(Self { post: Post::new("POST to Slack", "url", &url, settings.timeout)? })
    }
}

#[async_trait]
impl Channel for SlackChannel {
    async fn send(&self, message: &Message) -> Called<()> {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        self.post.send(headers, document(message).to_string().into_bytes()).await
    }
}

/// The text is for notifications and for readers that show no blocks.
fn document(message: &Message) -> Value {
    let heading = escaped(&wording::heading(message));
    let body: Vec<String> = wording::lines(message).iter().map(|line| escaped(line)).collect();
    let text = cut(&format!("*{heading}*\n{}", body.join("\n")));
    json!({
        "text": heading,
        "attachments": [{
            "color": color(message),
            "blocks": [{ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } }],
        }],
    })
}

fn color(message: &Message) -> &'static str {
    match (message.standing, message.severity) {
        (Standing::Resolved, _) => "good",
        (_, Severity::Info) => "#808080",
        (_, Severity::Warning) => "warning",
        (_, Severity::Error | Severity::Critical) => "danger",
    }
}

/// Slack's three characters with a meaning of their own: with them a text could mention everybody, or hide a link.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

impl BuildChannel for ChannelSettings {
    fn check(&self) -> Result<(), BuildError> {
        timing::timed(self.timeout)
    }

    fn references(&self) -> Vec<&Reference> {
        vec![&self.url]
    }

    fn build(&self, values: Vec<SecretValue>) -> Result<Arc<dyn Channel>, BuildError> {
        Ok(Arc::new(SlackChannel::new(self, values)?))
    }
}
