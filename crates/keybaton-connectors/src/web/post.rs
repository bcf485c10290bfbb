//! A document that is posted to a URL which is itself a secret: how channels for alerts speak.

use std::time::Duration;

use keybaton_ports::Called;
use keybaton_seal::SecretValue;
use reqwest::Method;
use reqwest::header::HeaderMap;
use tokio::time::Instant;
use url::Url;

use super::client::{About, Client};
use super::filled::Filled;
use super::outcome::{Naming, of_status};
use crate::build::BuildError;
use crate::host::leads_here;

/// Where documents are posted. The URL is in no error: whoever has it can post too.
#[derive(Debug)]
pub(crate) struct Post {
    client: Client,
    url: Url,
    line: &'static str,
    timeout: Duration,
}

impl Post {
    /// To the URL that the setting `at` refers to; `line` is what errors call a call.
    pub(crate) fn new(line: &'static str, at: &str, url: &SecretValue, timeout: Duration) -> Result<Self, BuildError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the URL of a channel is a secret, and messages are posted to it"
        )]
        let text = std::str::from_utf8(url.expose()).map(str::trim);
        let url = text.ok().and_then(|text| Url::parse(text).ok());
        Self::to(line, at, url.ok_or_else(|| BuildError::secret(at, "it is no URL"))?, timeout)
    }

    /// To a URL that is no secret.
    pub(crate) fn to(line: &'static str, at: &str, url: Url, timeout: Duration) -> Result<Self, BuildError> {
        match url.scheme() {
            "https" => {}
            "http" if leads_here(&url) => {}
            "http" => return Err(BuildError::secret(at, "http is for this machine only: use https")),
            _ => return Err(BuildError::secret(at, "it is no https URL")),
        }
        Ok(Self { client: Client::shared()?, url, line, timeout })
    }

    /// Posts one document. Any 2xx says that it was taken; the rest of the answer is not read.
    pub(crate) async fn send(&self, headers: HeaderMap, body: Vec<u8>) -> Called<()> {
        let deadline = Instant::now() + self.timeout;
        let about = About { line: self.line, origin: "its url", timeout: self.timeout, deadline };
        let filled = Filled { method: Method::POST, url: self.url.clone(), headers, body: Some(body) };
        let status = self.client.send(about, filled, None).await?.status();
        if status.is_success() { Ok(()) } else { Err(of_status(self.line, status, Naming::Nothing)) }
    }
}
