//! The signal: two questions, one connection each, bounded in time and in bytes, that follow and repeat nothing.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use keybaton_core::signal::Tally;
use keybaton_ports::{Blame, Called, Certainty, Counted, Fault, Signal};
use keybaton_seal::SecretValue;
use keybaton_types::{SecretId, VersionNo};
use reqwest::{
    Client,
    header::{AUTHORIZATION, HeaderValue},
    redirect, retry,
};
use url::Url;
use zeroize::Zeroizing;

use super::answer::{self, Series};
use crate::{build::BuildError, host::leads_here};

/// The most bytes of an answer that are read: 1 MiB.
const LARGEST: usize = 1024 * 1024;

/// What is asked. `{{ secret }}` and `{{ env }}` stand for the secret that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queries {
    /// The counter of calls that were refused with 401 or 403, summed by `consumer` and `version` where they are labels.
    pub refused: String,
    /// The counter of all calls, summed the same way.
    pub calls: String,
}

/// A Prometheus server, or anything that speaks its query API.
pub struct Prometheus {
    client: Client,
    url: Url,
    queries: Queries,
    auth: Option<HeaderValue>,
    timeout: Duration,
}

impl Prometheus {
    /// A server at `url`, https or loopback, with a bearer token where it wants one.
    pub fn new(
        url: &str,
        queries: Queries,
        token: Option<&SecretValue>,
        timeout: Duration,
    ) -> Result<Self, BuildError> {
        let url = address(url)?;
        let client = Client::builder()
            .user_agent(concat!("keybaton/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .no_proxy()
            .build()
            .map_err(|error| BuildError::Client(Box::new(error)))?;
        Ok(Self { client, url, queries, auth: token.map(bearer).transpose()?, timeout })
    }

    async fn ask(&self, query: &str, secret: &SecretId) -> Called<BTreeMap<Series, u64>> {
        let body = tokio::time::timeout(self.timeout, self.fetch(&filled(query, secret))).await;
        let body = body.unwrap_or_else(|_| Err(fault("there was no whole answer in time")))?;
        answer::read(&body).map_err(|what| Fault::new(Blame::Corrupt, Certainty::Refused, said(what)))
    }

    async fn fetch(&self, query: &str) -> Called<Vec<u8>> {
        let mut request = self.client.post(self.url.clone()).form(&[("query", query)]);
        if let Some(auth) = &self.auth {
            request = request.header(AUTHORIZATION, auth.clone());
        }
        let mut response =
            request.send().await.map_err(|error| fault("it cannot be reached").because(error.without_url()))?;
        if !response.status().is_success() {
            return Err(fault(&format!("it answered {}", response.status().as_u16())));
        }
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(body),
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST => body.extend_from_slice(&chunk),
                Ok(Some(_)) => return Err(fault("the answer has more than 1 MiB")),
                Err(error) => return Err(fault("the answer broke off").because(error.without_url())),
            }
        }
    }
}

#[async_trait]
impl Signal for Prometheus {
    async fn totals(&self, secret: &SecretId) -> Called<Vec<Counted>> {
        let refused = self.ask(&self.queries.refused, secret).await?;
        let calls = self.ask(&self.queries.calls, secret).await?;
        let mut series: Vec<&Series> = refused.keys().chain(calls.keys()).collect();
        series.sort_unstable();
        series.dedup();
        let of = |totals: &BTreeMap<Series, u64>, series: &Series| totals.get(series).copied().unwrap_or_default();
        let counted = |series: &Series| {
            let refused = of(&refused, series);
            let total = Tally { calls: of(&calls, series).max(refused), refused };
            Counted { consumer: series.0.clone(), version: series.1.map(VersionNo), total }
        };
        Ok(series.into_iter().map(counted).collect())
    }
}

/// The names of secrets are of letters, digits, `-` and `_`: nothing in them means anything to a query.
fn filled(query: &str, secret: &SecretId) -> String {
    query.replace("{{ secret }}", secret.name()).replace("{{ env }}", secret.env())
}

fn address(text: &str) -> Result<Url, BuildError> {
    let wrong = |what: &str| BuildError::setting("url", what);
    let url = Url::parse(text).map_err(|_| wrong("it is not a URL such as https://prometheus.example"))?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it is an address alone: no user, no password, and nothing after a ? or #"));
    }
    if url.scheme() != "https" && !(url.scheme() == "http" && leads_here(&url)) {
        return Err(wrong("it begins with https://; plain http goes to loopback only"));
    }
    let base = text.trim_end_matches('/');
    Url::parse(&format!("{base}/api/v1/query")).map_err(|_| wrong("it is not a URL such as https://prometheus.example"))
}

#[expect(clippy::disallowed_methods, reason = "the metrics system knows keybaton by this token")]
fn bearer(token: &SecretValue) -> Result<HeaderValue, BuildError> {
    let whole = Zeroizing::new([b"Bearer ", token.expose()].concat());
    let mut value = HeaderValue::from_bytes(&whole)
        .map_err(|_| BuildError::secret("bearer", "the token has a character that no header may have"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn fault(what: &str) -> Fault {
    Fault::new(Blame::Transient, Certainty::Unknown, said(what))
}

fn said(what: &str) -> String {
    format!("Prometheus: {what}")
}
