//! The client: one call on a connection of its own, bounded in time and in bytes, that follows and repeats nothing.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use keybaton_ports::Fault;
use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, StatusCode, redirect, retry};
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

use super::filled::Filled;
use super::outcome;
use crate::build::BuildError;
use crate::duration;

/// The most bytes of a body that are read: 1 MiB.
pub(crate) const LARGEST: usize = 1024 * 1024;

/// The longest time in which a connection is made. Shorter than most time-outs of calls, so that a host that swallows
/// packets is known not to have got the request.
const CONNECT: Duration = Duration::from_secs(5);

/// The client of every connector that speaks HTTP. It keeps no connection and no secret: a fresh connection per call tells apart
/// what never left us, and proves in a probe that nothing but the presented credential opened the door.
#[derive(Clone, Debug)]
pub(crate) struct Client(reqwest::Client);

/// What a call is about, for words and limits.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    /// The request line as the settings have it.
    pub(crate) line: &'a str,
    /// Where it goes.
    pub(crate) origin: &'a str,
    /// How long it may take in all.
    pub(crate) timeout: Duration,
    /// When that time is over.
    pub(crate) deadline: Instant,
}

/// The head of an answer, its body still unread.
pub(crate) struct Reply<'a> {
    about: About<'a>,
    response: reqwest::Response,
}

impl Client {
    /// Returns the client of this process. The trusted roots are read once.
    pub(crate) fn shared() -> Result<Self, BuildError> {
        static SHARED: OnceLock<Client> = OnceLock::new();
        if let Some(client) = SHARED.get() {
            return Ok(client.clone());
        }
        let client = Self(builder().build().map_err(|error| BuildError::Client(Box::new(error)))?);
        Ok(SHARED.get_or_init(|| client).clone())
    }

    /// Returns a client that trusts the authorities of a file too.
    pub(crate) fn trusting(ca_file: &Path) -> Result<Self, BuildError> {
        let builder = builder().tls_certs_merge(authorities(ca_file)?);
        builder.build().map(Self).map_err(|error| BuildError::Client(Box::new(error)))
    }

    /// Makes one call and returns when its head is there.
    pub(crate) async fn send<'a>(
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
    pub(crate) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// Reads the body to its end.
    pub(crate) async fn body(self) -> Result<Zeroizing<Vec<u8>>, Fault> {
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

/// Reads the authorities of a file; one that has none is a mistake in the settings.
pub(crate) fn authorities(ca_file: &Path) -> Result<Vec<Certificate>, BuildError> {
    let wrong = |why: String| BuildError::setting("ca_file", format!("{} has no certificates{why}", ca_file.display()));
    let pem = std::fs::read(ca_file).map_err(|error| wrong(format!(": {error}")))?;
    let found = Certificate::from_pem_bundle(&pem).map_err(|_| wrong(String::new()))?;
    if found.is_empty() { Err(wrong(String::new())) } else { Ok(found) }
}

fn builder() -> reqwest::ClientBuilder {
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
}
