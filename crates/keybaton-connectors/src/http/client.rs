//! The client: one call on a connection of its own, bounded in time and in bytes, that follows and repeats nothing.

use std::sync::OnceLock;
use std::time::Duration;

use keybaton_ports::Fault;
use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::{StatusCode, redirect, retry};
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

use super::outcome;
use super::request::Filled;
use crate::build::BuildError;
use crate::duration;

/// The most bytes of a body that are read: 1 MiB.
pub(super) const LARGEST: usize = 1024 * 1024;

/// The longest time in which a connection is made. Shorter than most time-outs of calls, so that a host that swallows
/// packets is known not to have got the request.
const CONNECT: Duration = Duration::from_secs(5);

/// The client of every http connector. It keeps no connection and no secret: a fresh connection per call tells apart
/// what never left us, and proves in a probe that nothing but the presented credential opened the door.
#[derive(Clone, Debug)]
pub(super) struct Client(reqwest::Client);

/// What a call is about, for words and limits.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    /// The request line as the settings have it.
    pub(super) line: &'a str,
    /// Where it goes.
    pub(super) origin: &'a str,
    /// How long it may take in all.
    pub(super) timeout: Duration,
    /// When that time is over.
    pub(super) deadline: Instant,
}

/// The head of an answer, its body still unread.
pub(super) struct Reply<'a> {
    about: About<'a>,
    response: reqwest::Response,
}

impl Client {
    /// Returns the client of this process. The trusted roots are read once.
    pub(super) fn shared() -> Result<Self, BuildError> {
        static SHARED: OnceLock<Client> = OnceLock::new();
        if let Some(client) = SHARED.get() {
            return Ok(client.clone());
        }
        let client = Self(build().map_err(|error| BuildError::Client(Box::new(error)))?);
        Ok(SHARED.get_or_init(|| client).clone())
    }

    /// Makes one call and returns when its head is there.
    pub(super) async fn send<'a>(
        &self,
        about: About<'a>,
        filled: Filled,
        auth: Option<&(HeaderName, HeaderValue)>,
    ) -> Result<Reply<'a>, Fault> {
        let Filled { method, url, mut headers, body } = filled;
        if let Some((name, value)) = auth {
            headers.insert(name, value.clone());
        }
        let request = self.0.request(method, url).headers(headers);
        let request = match body {
            Some(body) => request.body(body),
            None => request,
        };
        match timeout_at(about.deadline, request.send()).await {
            Ok(Ok(response)) => Ok(Reply { about, response }),
            Ok(Err(error)) => Err(outcome::of_transport(about.line, about.origin, &error)),
            Err(_) => Err(about.late()),
        }
    }
}

impl About<'_> {
    fn late(&self) -> Fault {
        let span = duration::words(self.timeout);
        Fault::unknown(format!("{} at {}: no whole answer within {span}", self.line, self.origin))
    }
}

impl Reply<'_> {
    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Reads the body to its end.
    pub(super) async fn body(self) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let Self { about, mut response } = self;
        let read = async {
            let mut body = Zeroizing::new(Vec::new());
            loop {
                match response.chunk().await {
                    Ok(None) => return Ok(body),
                    Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST => body.extend_from_slice(&chunk),
                    Ok(Some(_)) => return Err(outcome::of_answer(about.line, "the answer has more than 1 MiB")),
                    Err(error) => return Err(outcome::of_transport(about.line, about.origin, &error)),
                }
            }
        };
        timeout_at(about.deadline, read).await.unwrap_or_else(|_| Err(about.late()))
    }
}

fn build() -> reqwest::Result<reqwest::Client> {
    let accept = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    reqwest::Client::builder()
        .user_agent(concat!("keybaton/", env!("CARGO_PKG_VERSION")))
        .default_headers(accept)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        // A proxy of the environment would see requests to loopback, and its errors would look like the issuer's.
        .no_proxy()
        .pool_max_idle_per_host(0)
        .connect_timeout(CONNECT)
        .build()
}
