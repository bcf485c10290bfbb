//! The wire under Microsoft's libraries: one request on a connection of its own, as every connector here sends it.
//!
//! A request that did not end in an answer comes back as a [`Fault`] inside the libraries' error, where
//! [`super::failure`] finds it again.

use std::sync::Arc;

use async_trait::async_trait;
use azure_core::error::ErrorKind;
use azure_core::http::headers::Headers;
use azure_core::http::{
    AsyncRawResponse, Body, ClientOptions, HttpClient, Method, Request, RetryOptions, StatusCode, Transport, Url,
};
use azure_core::{Bytes, Error};
use keybaton_ports::{Blame, Called, Certainty, Fault};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use zeroize::Zeroizing;

use super::errand::Errand;
use crate::host::leads_here;
use crate::web::{About, Client, Filled, Reply, throttle};

/// Where a virtual machine asks for its identity: link-local, and plain http (Microsoft's Instance Metadata Service).
pub(super) const METADATA: &str = "169.254.169.254";

/// The wire under Microsoft's libraries.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    client: Client,
    /// The only origin that is spoken to; any that is safe where there is none.
    only: Option<Url>,
}

impl Wire {
    /// To one service: whatever a link in an answer says.
    pub(super) fn to(client: Client, origin: Url) -> Self {
        Self { client, only: Some(origin) }
    }

    /// To wherever a login leads.
    pub(super) fn of_logins(client: Client) -> Self {
        Self { client, only: None }
    }

    /// The options of a client that speaks through it, and repeats nothing.
    pub(super) fn options(self) -> ClientOptions {
        ClientOptions {
            transport: Some(Transport::new(Arc::new(self))),
            retry: RetryOptions::none(),
            ..ClientOptions::default()
        }
    }

    async fn exchange(&self, request: &Request) -> Called<AsyncRawResponse> {
        let (url, errand) = (request.url(), Errand::present());
        let (line, origin) = (format!("{} {}", request.method(), url.path()), url.origin().ascii_serialization());
        self.check(url, &line)?;
        throttle::check(&origin, &line)?;
        let about = About { line: &line, origin: &origin, timeout: errand.timeout, deadline: errand.deadline };
        let reply = self.client.send(about, filled(request, &line)?, None).await?;
        answered(reply, &origin).await
    }

    fn check(&self, url: &Url, line: &str) -> Called<()> {
        let astray = |what| Err(Fault::new(Blame::Corrupt, Certainty::NotSent, format!("{line}: {what}")));
        match &self.only {
            Some(only) if only.origin() != url.origin() => {
                astray("a link leads to another server, and is not followed")
            }
            _ if url.scheme() == "https" || leads_here(url) || url.host_str() == Some(METADATA) => Ok(()),
            _ => astray("plain http goes to this machine only"),
        }
    }
}

#[async_trait]
impl HttpClient for Wire {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        // `Other` is what no policy of the libraries repeats.
        self.exchange(request).await.map_err(|fault| Error::new(ErrorKind::Other, fault))
    }
}

fn filled(request: &Request, line: &str) -> Called<Filled> {
    let broken = |what| Fault::new(Blame::Bug, Certainty::NotSent, format!("{line}: {what}"));
    let mut headers = HeaderMap::new();
    for (name, value) in request.headers().iter() {
        let name = HeaderName::try_from(name.as_str()).map_err(|_| broken("a header has no such name"))?;
        let value = HeaderValue::try_from(value.as_str()).map_err(|_| broken("a header cannot be sent"))?;
        headers.insert(name, value);
    }
    if let Some(authorization) = headers.get_mut(AUTHORIZATION) {
        authorization.set_sensitive(true);
    }
    let method = method(request.method()).ok_or_else(|| broken("nothing here has this method"))?;
    let body = match request.body() {
        Body::Bytes(bytes) if bytes.is_empty() && method == reqwest::Method::GET => None,
        Body::Bytes(bytes) => Some(bytes.to_vec()),
        Body::SeekableStream(_) => return Err(broken("a stream is never sent")),
    };
    Ok(Filled { method, url: request.url().clone(), headers, body })
}

async fn answered(reply: Reply<'_>, origin: &str) -> Called<AsyncRawResponse> {
    let status = reply.status().as_u16();
    let text = |value: &HeaderValue| value.to_str().map(str::to_owned).ok();
    if matches!(status, 429 | 503) {
        throttle::note(origin, reply.headers().get(RETRY_AFTER).and_then(text).as_deref());
    }
    let mut headers = Headers::new();
    for (name, value) in reply.headers() {
        if let Some(value) = text(value) {
            headers.insert(name.as_str().to_owned(), value);
        }
    }
    let body: Zeroizing<Vec<u8>> = reply.body().await?;
    Ok(AsyncRawResponse::from_bytes(StatusCode::from(status), headers, Bytes::from_owner(body)))
}

fn method(method: Method) -> Option<reqwest::Method> {
    Some(match method {
        Method::Delete => reqwest::Method::DELETE,
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Patch => reqwest::Method::PATCH,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wire: &Wire, url: &str) -> bool {
        wire.check(&Url::parse(url).unwrap(), "GET /").is_ok()
    }

    #[test]
    fn a_token_goes_to_no_other_server_and_never_in_the_clear() {
        let client = Client::shared().unwrap();
        let vault = Wire::to(client.clone(), Url::parse("https://a.vault.azure.net").unwrap());
        assert!(check(&vault, "https://a.vault.azure.net/secrets/x/versions?page=2"));
        for url in ["https://b.vault.azure.net/", "http://a.vault.azure.net/", "https://a.vault.azure.net:444/"] {
            assert!(!check(&vault, url), "{url}");
        }
        let logins = Wire::of_logins(client);
        for url in ["https://login.example/", "http://127.0.0.1:41/msi/token", "http://169.254.169.254/metadata"] {
            assert!(check(&logins, url), "{url}");
        }
        assert!(!check(&logins, "http://login.example/"));
    }
}
