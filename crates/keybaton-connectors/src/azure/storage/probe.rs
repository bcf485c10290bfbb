//! The probe: asks the account's storage service for one line of a list, with a request that the key signs as every client of
//! its does. What is in the answer is not read.

use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use keybaton_ports::{Blame, Called, Certainty, Fault, Presented, Probe, Verdict};
use keybaton_seal::SharedKey;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, DATE, HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;

use super::settings::ProbeSettings;
use super::sign;
use crate::azure::rest;
use crate::build::BuildError;
use crate::web::{About, Base, Client, Filled};

/// What is asked for: a list, which blobs, files and queues all have.
const TARGET: &str = "/?comp=list&maxresults=1";

/// A service takes no request whose time is further away than a quarter of an hour; from here on the clock is suspected.
const SKEW: Duration = Duration::from_mins(10);

/// Signs a request with the key that is tried.
pub struct StorageProbe {
    client: Client,
    base: Base,
    origin: String,
    account: String,
    timeout: Duration,
}

impl StorageProbe {
    /// Builds the probe.
    pub fn new(settings: &ProbeSettings) -> Result<Self, BuildError> {
        let base = Base::new("endpoint", &settings.endpoint())?;
        Ok(Self {
            client: rest::client(settings.ca_file.as_deref())?,
            origin: base.origin(),
            base,
            account: settings.account.clone(),
            timeout: settings.timeout,
        })
    }

    fn signed(&self, key: &SharedKey, now: Timestamp) -> Called<Filled> {
        let broken = |what| Fault::new(Blame::Bug, Certainty::NotSent, what);
        let url = self.base.join(TARGET).ok_or_else(|| broken("the address of the account leads elsewhere"))?;
        let date = sign::written(now);
        let signature = key.sign(&sign::text(&self.account, &url, &date));
        let header = |text: &str| HeaderValue::from_str(text).map_err(|_| broken("a header cannot be sent"));
        let mut authorization = header(&format!("SharedKey {}:{signature}", self.account))?;
        authorization.set_sensitive(true);
        let headers = HeaderMap::from_iter([
            (HeaderName::from_static("x-ms-date"), header(&date)?),
            (HeaderName::from_static("x-ms-version"), HeaderValue::from_static(sign::VERSION)),
            (AUTHORIZATION, authorization),
        ]);
        Ok(Filled { method: Method::GET, url, headers, body: None })
    }
}

#[async_trait]
impl Probe for StorageProbe {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        // No account has such a key.
        let Ok(key) = SharedKey::read(presented.value) else { return Ok(Verdict::Refused) };
        let (line, now) = ("GET /?comp=list", sign::now());
        let deadline = Instant::now() + self.timeout;
        let about = About { line, origin: &self.origin, timeout: self.timeout, deadline };
        let reply = self.client.send(about, self.signed(&key, now)?, None).await?;
        if reply.status().is_success() {
            return Ok(Verdict::Accepted);
        }
        let code = reply.headers().get("x-ms-error-code").and_then(|code| code.to_str().ok()).unwrap_or_default();
        let fault = |blame, what: &str| {
            Err(Fault::new(blame, Certainty::Refused, format!("{line} at {}: {what}", self.origin)))
        };
        match (reply.status().as_u16(), code) {
            (403, "AuthenticationFailed") if is_askew(reply.headers(), now) => {
                fault(Blame::Transient, "the clocks of this machine and of the service differ by more than ten minutes")
            }
            (403, "AuthenticationFailed") => Ok(Verdict::Refused),
            (403, "KeyBasedAuthenticationNotPermitted") => fault(
                Blame::Rejected,
                "the account takes no request that is signed with a key (allowSharedKeyAccess is false)",
            ),
            (403, "AuthorizationFailure") => {
                fault(Blame::Rejected, "the account does not let this machine in, most likely by its network rules")
            }
            (403, "AccountIsDisabled") => fault(Blame::Rejected, "the account is disabled"),
            _ => Ok(Verdict::Inconclusive),
        }
    }
}

/// Whether the service's clock and ours are so far apart that it refuses every signature.
fn is_askew(headers: &HeaderMap, now: Timestamp) -> bool {
    let date = headers.get(DATE).and_then(|date| date.to_str().ok());
    let theirs = date.and_then(|date| rfc2822::parse(date).ok()).map(|zoned| zoned.timestamp());
    theirs.is_some_and(|theirs| now.duration_since(theirs).unsigned_abs() > SKEW)
}
