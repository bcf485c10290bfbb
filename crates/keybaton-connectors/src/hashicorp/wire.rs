//! The wire: one request to the server on a connection of its own, with the headers that every one has.

use std::path::Path;
use std::time::Duration;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::build::BuildError;
use crate::web::{About, Base, Client, Filled, authorities, throttle};

const TOKEN: HeaderName = HeaderName::from_static("x-vault-token");
const NAMESPACE: HeaderName = HeaderName::from_static("x-vault-namespace");
const REQUEST: HeaderName = HeaderName::from_static("x-vault-request");

/// What a patch of metadata is written in (RFC 7396).
const MERGE: &str = "application/merge-patch+json";

/// How a server is reached, as settings have it.
pub(super) struct Reach<'a> {
    /// The setting that holds the address.
    pub(super) at: &'static str,
    pub(super) url: &'a str,
    pub(super) namespace: Option<&'a str>,
    pub(super) ca_file: Option<&'a Path>,
    pub(super) timeout: Duration,
}

/// The way to one server.
pub(super) struct Wire {
    client: Client,
    base: Base,
    origin: String,
    namespace: Option<HeaderValue>,
    timeout: Duration,
}

/// One call of a port: its requests share a deadline.
pub(super) struct Errand {
    timeout: Duration,
    deadline: Instant,
}

/// A request.
pub(super) struct Asked<'a> {
    method: Method,
    pub(super) path: &'a str,
    query: String,
    body: Option<(&'static str, Zeroizing<Vec<u8>>)>,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Zeroizing<Vec<u8>>,
}

impl<'a> Asked<'a> {
    pub(super) fn get(path: &'a str) -> Self {
        Self { method: Method::GET, path, query: String::new(), body: None }
    }

    pub(super) fn post(path: &'a str, body: Zeroizing<Vec<u8>>) -> Self {
        Self { method: Method::POST, path, query: String::new(), body: Some(("application/json", body)) }
    }

    /// A change of some keys of a document; null removes one.
    pub(super) fn patch(path: &'a str, body: Zeroizing<Vec<u8>>) -> Self {
        Self { method: Method::PATCH, path, query: String::new(), body: Some((MERGE, body)) }
    }

    /// What is below a path.
    pub(super) fn list(path: &'a str) -> Self {
        Self { query: "?list=true".to_owned(), ..Self::get(path) }
    }

    /// The same for a version.
    pub(super) fn of_version(self, version: u64) -> Self {
        Self { query: format!("?version={version}"), ..self }
    }

    /// As it is named in words: `GET /v1/secret/data/team/payments`.
    pub(super) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

impl Wire {
    pub(super) fn new(reach: &Reach<'_>) -> Result<Self, BuildError> {
        let base = Base::new(reach.at, reach.url)?;
        let namespace = reach.namespace.map(namespace).transpose()?;
        let client = match reach.ca_file {
            None => Client::shared()?,
            Some(path) => Client::trusting(path)?,
        };
        Ok(Self { client, origin: base.origin(), base, namespace, timeout: reach.timeout })
    }

    /// A call that begins now.
    pub(super) fn begin(&self) -> Errand {
        Errand { timeout: self.timeout, deadline: Instant::now() + self.timeout }
    }

    /// Sends a request and reads the whole answer, whatever it says. A server that asked to be left alone is sent nothing.
    pub(super) async fn send(&self, errand: &Errand, asked: &Asked<'_>, token: Option<&HeaderValue>) -> Called<Answer> {
        let line = asked.line();
        throttle::check(&self.origin, &line)?;
        let about = About { line: &line, origin: &self.origin, timeout: errand.timeout, deadline: errand.deadline };
        let reply = self.client.send(about, self.filled(asked, token)?, None).await?;
        let status = reply.status();
        if matches!(status.as_u16(), 429 | 503) {
            let after = reply.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            throttle::note(&self.origin, after);
        }
        Ok(Answer { status, body: reply.body().await? })
    }

    fn filled(&self, asked: &Asked<'_>, token: Option<&HeaderValue>) -> Called<Filled> {
        let mut headers = HeaderMap::from_iter([(REQUEST, HeaderValue::from_static("true"))]);
        headers.extend(self.namespace.clone().map(|namespace| (NAMESPACE, namespace)));
        headers.extend(token.map(|token| (TOKEN, token.clone())));
        headers.extend(asked.body.as_ref().map(|(kind, _)| (CONTENT_TYPE, HeaderValue::from_static(kind))));
        let url = self.base.join(&format!("{}{}", asked.path, asked.query));
        let astray = || Fault::new(Blame::Bug, Certainty::NotSent, format!("{} leads elsewhere", asked.line()));
        let body = asked.body.as_ref().map(|(_, body)| body.to_vec());
        Ok(Filled { method: asked.method.clone(), url: url.ok_or_else(astray)?, headers, body })
    }
}

impl Reach<'_> {
    /// Checks what does not need a client.
    pub(super) fn check(&self) -> Result<(), BuildError> {
        Base::new(self.at, self.url)?;
        self.namespace.map(namespace).transpose()?;
        self.ca_file.map_or(Ok(()), |path| authorities(path).map(drop))
    }
}

fn namespace(name: &str) -> Result<HeaderValue, BuildError> {
    let wrong = || BuildError::setting("namespace", "it has a character that no header may have");
    HeaderValue::from_str(name).map_err(|_| wrong())
}
