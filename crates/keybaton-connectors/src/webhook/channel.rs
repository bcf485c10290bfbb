//! Posts a document and its signatures.

use std::sync::Arc;

use async_trait::async_trait;
use keybaton_ports::{Called, Channel, Fault, Message};
use keybaton_seal::{SecretValue, WebhookKey};
use keybaton_types::Reference;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::event;
use super::settings::ChannelSettings;
use crate::build::{BuildChannel, BuildError};
use crate::timing;
use crate::web::Post;

/// What the webhook channel is, in one line.
pub const SUMMARY: &str = "a CloudEvents document over HTTP, signed after Standard Webhooks";

/// The most secrets that sign at once.
const MOST: usize = 8;

/// A channel that posts a signed document.
pub struct WebhookChannel {
    post: Post,
    keys: Vec<WebhookKey>,
}

impl WebhookChannel {
    /// Builds the channel; `values` are the URL and the signing secrets.
    pub fn new(settings: &ChannelSettings, values: Vec<SecretValue>) -> Result<Self, BuildError> {
        let mut values = values.into_iter();
        let url = values.next().ok_or_else(|| BuildError::secret("url", "it was not resolved"))?;
        let post = Post::new("POST of an alert", "url", &url, settings.timeout)?;
        let key = |value| WebhookKey::read(&value).map_err(|error| BuildError::secret("signing", error.to_string()));
        Ok(Self { post, keys: values.map(key).collect::<Result<_, _>>()? })
    }

    fn headers(&self, message: &Message, body: &[u8]) -> Result<HeaderMap, Fault> {
        let seconds = message.at.0.div_euclid(1_000_000);
        let signatures: Vec<String> = self.keys.iter().map(|key| key.sign(&message.id, seconds, body)).collect();
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(event::MEDIA_TYPE))]);
        headers.insert(HeaderName::from_static("webhook-id"), header(&message.id)?);
        headers.insert(HeaderName::from_static("webhook-timestamp"), header(&seconds.to_string())?);
        if !signatures.is_empty() {
            headers.insert(HeaderName::from_static("webhook-signature"), header(&signatures.join(" "))?);
        }
        Ok(headers)
    }
}

fn header(text: &str) -> Result<HeaderValue, Fault> {
    let unfit = |error| {
        use keybaton_ports::{Blame, Certainty};
        Fault::new(Blame::Bug, Certainty::NotSent, "the message does not fit into a header").because(error)
    };
    HeaderValue::from_str(text).map_err(|error: reqwest::header::InvalidHeaderValue| unfit(error))
}

#[async_trait]
impl Channel for WebhookChannel {
    async fn send(&self, message: &Message) -> Called<()> {
        let body = event::body(message);
        let headers = self.headers(message, &body)?;
        self.post.send(headers, body).await
    }
}

impl BuildChannel for ChannelSettings {
    fn check(&self) -> Result<(), BuildError> {
        if self.signing.len() > MOST {
            return Err(BuildError::setting("signing", format!("at most {MOST} secrets sign at once")));
        }
        timing::timed(self.timeout)
    }

    fn references(&self) -> Vec<&Reference> {
        std::iter::once(&self.url).chain(&self.signing).collect()
    }

    fn build(&self, values: Vec<SecretValue>) -> Result<Arc<dyn Channel>, BuildError> {
        Ok(Arc::new(WebhookChannel::new(self, values)?))
    }
}
