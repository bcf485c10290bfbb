//! The wire: one signed request to a service, on a connection of its own.

use std::time::Duration;

use aws_credential_types::Credentials;
use keybaton_ports::{Blame, Called, Certainty, Fault};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::failure::Said;
use super::region::{self, Service};
use super::sign::{Scope, signed};
use crate::build::BuildError;
use crate::web::{About, Base, Client, Filled};

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// How a service is reached, as settings have it.
#[derive(Clone, Copy)]
pub(super) struct Reach<'a> {
    pub(super) service: Service,
    /// The setting that holds the region.
    pub(super) at: &'static str,
    pub(super) region: &'a str,
    /// Instead of the service's own address.
    pub(super) endpoint: Option<&'a str>,
    pub(super) timeout: Duration,
}

/// The way to one service.
pub(super) struct Wire {
    client: Client,
    base: Base,
    origin: String,
    service: Service,
    region: String,
    timeout: Duration,
}

/// One call of a port: its requests share a deadline.
pub(super) struct Errand {
    pub(super) timeout: Duration,
    pub(super) deadline: Instant,
}

/// A request: an action and what it is about.
pub(super) struct Asked {
    pub(super) action: &'static str,
    body: Zeroizing<Vec<u8>>,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Zeroizing<Vec<u8>>,
    /// How long the service asks us to wait, where it does.
    pub(super) pause: Option<Duration>,
}

impl Asked {
    pub(super) fn new(action: &'static str, body: Vec<u8>) -> Self {
        Self { action, body: Zeroizing::new(body) }
    }
}

impl Answer {
    /// What it says; none for a success.
    pub(super) fn said(&self) -> Option<Said> {
        (!self.status.is_success()).then(|| Said::of(&self.body))
    }
}

impl Wire {
    pub(super) fn new(reach: Reach<'_>) -> Result<Self, BuildError> {
        let (base, region) = reach.home()?;
        let Reach { service, timeout, .. } = reach;
        let origin = base.origin();
        Ok(Self { client: Client::shared()?, base, origin, service, region, timeout })
    }

    /// A call that begins now.
    pub(super) fn begin(&self) -> Errand {
        Errand { timeout: self.timeout, deadline: Instant::now() + self.timeout }
    }

    /// As a request is named in words, and in policies: `iam:CreateAccessKey`.
    pub(super) fn line(&self, asked: &Asked) -> String {
        format!("{}:{}", self.service.name(), asked.action)
    }

    /// Sends a request and reads the whole answer, whatever it says.
    pub(super) async fn send(&self, errand: &Errand, asked: &Asked, credentials: &Credentials) -> Called<Answer> {
        let line = self.line(asked);
        let about = About { line: &line, origin: &self.origin, timeout: errand.timeout, deadline: errand.deadline };
        let scope = Scope { service: self.service.name(), region: &self.region };
        let filled = signed(self.filled(asked)?, scope, credentials)?;
        let reply = self.client.send(about, filled, None).await?;
        let (status, pause) = (reply.status(), pause(reply.headers()));
        Ok(Answer { status, pause, body: reply.body().await? })
    }

    fn filled(&self, asked: &Asked) -> Called<Filled> {
        let url = self.base.join("/");
        let astray = || Fault::new(Blame::Bug, Certainty::NotSent, "the endpoint leads elsewhere");
        let mut headers = HeaderMap::new();
        match self.service {
            Service::Iam | Service::Tokens => {
                let form = "application/x-www-form-urlencoded; charset=utf-8";
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(form));
            }
            Service::Secrets => {
                headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.1"));
                let target = HeaderValue::from_str(&format!("{}.{}", self.service.name(), asked.action));
                headers.insert(TARGET, target.map_err(|_| astray())?);
            }
        }
        let body = Some(asked.body.to_vec());
        Ok(Filled { method: Method::POST, url: url.ok_or_else(astray)?, headers, body })
    }
}

impl Reach<'_> {
    /// Checks what does not need a client.
    pub(super) fn check(&self) -> Result<(), BuildError> {
        self.home().map(drop)
    }

    fn home(&self) -> Result<(Base, String), BuildError> {
        region::check(self.at, self.region)?;
        let (url, region) = self.service.home(self.region);
        let base = match self.endpoint {
            Some(endpoint) => Base::new("endpoint", endpoint)?,
            None => Base::new(self.at, &url)?,
        };
        Ok((base, region.to_owned()))
    }
}

/// `Retry-After` in seconds (RFC 9110), and what newer services of AWS say in milliseconds.
fn pause(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
    number("x-amz-retry-after").map(Duration::from_millis).or_else(|| number("retry-after").map(Duration::from_secs))
}
