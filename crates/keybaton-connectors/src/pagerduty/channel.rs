//! Posts events.

use std::sync::Arc;

use async_trait::async_trait;
use keybaton_ports::{Called, Channel, Message};
use keybaton_seal::SecretValue;
use keybaton_types::Reference;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use url::Url;
use zeroize::Zeroizing;

use super::event;
use super::settings::ChannelSettings;
use crate::build::{BuildChannel, BuildError};
use crate::timing;
use crate::web::Post;

/// What the `PagerDuty` channel is, in one line.
pub const SUMMARY: &str = "incidents of PagerDuty, through the Events API v2";

/// What errors call a call.
const LINE: &str = "POST to PagerDuty";

/// A service of `PagerDuty`.
pub struct PagerdutyChannel {
    post: Post,
    routing_key: Zeroizing<String>,
}

impl PagerdutyChannel {
    /// Builds the channel; `values` are the routing key and, where one is set, the URL.
    pub fn new(settings: &ChannelSettings, values: Vec<SecretValue>) -> Result<Self, BuildError> {
        let mut values = values.into_iter();
        let key = values.next().ok_or_else(|| BuildError::secret("routing_key", "it was not resolved"))?;
        let post = match values.next() {
            Some(url) => Post::new(LINE, "url", &url, settings.timeout)?,
            None => Post::to(LINE, "region", usual(settings)?, settings.timeout)?,
        };
        Ok(Self { post, routing_key: text(&key)? })
    }
}

fn usual(settings: &ChannelSettings) -> Result<Url, BuildError> {
    Url::parse(settings.region.url()).map_err(|error| BuildError::setting("region", error.to_string()))
}

fn text(key: &SecretValue) -> Result<Zeroizing<String>, BuildError> {
    #[expect(clippy::disallowed_methods, reason = "an event says by this key which service it is for")]
    let text = std::str::from_utf8(key.expose()).map(str::trim);
    let text = text.ok().filter(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()));
    let text = text.ok_or_else(|| BuildError::secret("routing_key", "it is no integration key"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[async_trait]
impl Channel for PagerdutyChannel {
    async fn send(&self, message: &Message) -> Called<()> {
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        self.post.send(headers, event::body(message, &self.routing_key)).await
    }

    fn acknowledges(&self) -> bool {
        true
    }
}

impl BuildChannel for ChannelSettings {
    fn check(&self) -> Result<(), BuildError> {
        timing::timed(self.timeout)
    }

    fn references(&self) -> Vec<&Reference> {
        std::iter::once(&self.routing_key).chain(&self.url).collect()
    }

    fn build(&self, values: Vec<SecretValue>) -> Result<Arc<dyn Channel>, BuildError> {
        Ok(Arc::new(PagerdutyChannel::new(self, values)?))
    }
}
