//! The requests to keybaton, whether a server answers or an agent: one read, one sighting, one count of results. No
//! retries and no waiting beyond one request live here; the keeper and the courier decide when to ask again.

mod body;
mod document;
mod reply;

use std::sync::Arc;
use std::time::Duration;

use http::{StatusCode, header};
use keybaton_types::wire::{AuthResults, ENFORCED, INSTANCE, LEASE, Sighted};
use keybaton_types::{Fingerprint, SecretId, show_duration};
use reqwest::header::HeaderValue;
use reqwest::{Method, RequestBuilder, Response};

pub(crate) use document::Document;
pub(crate) use reply::{Reply, Trouble};

use crate::{Access, Address, Error};

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);

/// How to ask for a value.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// For the value, at once.
    Now,
    /// For news beside what this tag stands for, held back for so long.
    Hold { etag: String, wait: Duration },
}

/// Who keeps to the term of what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Term {
    /// This library does: nobody uses a value after it.
    Enforced,
    /// The value is handed on, and out of our hands.
    HandedOn,
}

/// The way to keybaton.
pub(crate) struct Upstream {
    http: reqwest::Client,
    address: Address,
    access: Access,
    instance: HeaderValue,
    timeout: Duration,
    term: Term,
}

impl Upstream {
    pub(crate) fn new(
        address: Address,
        access: Access,
        instance: HeaderValue,
        timeout: Duration,
        authorities: Vec<reqwest::Certificate>,
    ) -> Result<Self, Error> {
        let mut http = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .connect_timeout(CONNECT.min(timeout))
            .user_agent(concat!("keybaton-client/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = address.socket() {
            http = http.unix_socket(Arc::<std::path::Path>::from(path));
        }
        // without TLS nobody is trusted, and the authorities of the operating system need not be read
        if !authorities.is_empty() || address.is_plain() {
            http = http.tls_certs_only(authorities);
        }
        let http = http.build().map_err(|error| Error::Http(error.without_url()))?;
        Ok(Self { http, address, access, instance, timeout, term: Term::Enforced })
    }

    /// With another keeper of the term.
    pub(crate) fn keeping(self, term: Term) -> Self {
        Self { term, ..self }
    }

    /// Whether nobody enforces the term of what is read.
    pub(crate) fn hands_on(&self) -> bool {
        self.term == Term::HandedOn
    }

    /// Reads a value. A token that was replaced while it was refused gets one more try.
    pub(crate) async fn read(&self, id: &SecretId, ask: &Ask) -> Result<Reply, Trouble> {
        let (answer, refused) = self.read_once(id, ask).await?;
        if answer.status() != StatusCode::UNAUTHORIZED || self.presented()? == refused {
            return reply::of_read(id, answer).await;
        }
        let (answer, _) = self.read_once(id, ask).await?;
        reply::of_read(id, answer).await
    }

    /// Says what became of a version in the hands of an instance.
    pub(crate) async fn sight(
        &self,
        id: &SecretId,
        instance: Option<&HeaderValue>,
        seen: Sighted,
    ) -> Result<(), Trouble> {
        let request = self.request(Method::POST, id, "/sightings", instance)?.0.json(&seen).timeout(self.timeout);
        reply::of_post(send(request).await?).await
    }

    /// Says how calls with a version ended.
    pub(crate) async fn count(
        &self,
        id: &SecretId,
        instance: Option<&HeaderValue>,
        results: AuthResults,
    ) -> Result<(), Trouble> {
        let request = self.request(Method::POST, id, "/auth-results", instance)?.0.json(&results).timeout(self.timeout);
        reply::of_post(send(request).await?).await
    }

    async fn read_once(&self, id: &SecretId, ask: &Ask) -> Result<(Response, Option<Fingerprint>), Trouble> {
        let (path, held) = match ask {
            Ask::Now => (String::new(), Duration::ZERO),
            Ask::Hold { wait, .. } => (format!("?wait={}", show_duration(*wait)), *wait),
        };
        let (mut request, token) = self.request(Method::GET, id, &path, None)?;
        if let Ask::Hold { etag, .. } = ask {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if self.term == Term::Enforced {
            request = request.header(LEASE, ENFORCED);
        }
        let request = request.timeout(self.timeout.saturating_add(held));
        Ok((send(request).await?, token))
    }

    fn request(
        &self,
        method: Method,
        id: &SecretId,
        rest: &str,
        instance: Option<&HeaderValue>,
    ) -> Result<(RequestBuilder, Option<Fingerprint>), Trouble> {
        let url = self.address.text_of(&format!("/v1/secrets/{id}{rest}"));
        let request = self.http.request(method, url).header(INSTANCE, instance.unwrap_or(&self.instance));
        let presented = self.access.header().map_err(|error| Trouble::Tokenless(chain(&error)))?;
        Ok(match presented {
            Some((header, token)) => (request.header(header::AUTHORIZATION, header), Some(token)),
            None => (request, None),
        })
    }

    fn presented(&self) -> Result<Option<Fingerprint>, Trouble> {
        let header = self.access.header().map_err(|error| Trouble::Tokenless(chain(&error)))?;
        Ok(header.map(|(_, token)| token))
    }
}

async fn send(request: RequestBuilder) -> Result<Response, Trouble> {
    request.send().await.map_err(|error| Trouble::Down(chain(&error.without_url())))
}

/// An error and its causes in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
