//! The probe: asks Entra ID for a token with the password that is tried, as every program does that uses it (RFC 6749
//! section 4.4).

use std::time::Duration;

use async_trait::async_trait;
use keybaton_ports::{Blame, Called, Certainty, Fault, Presented, Probe, Verdict};
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Deserialize;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::settings::ProbeSettings;
use crate::azure::rest;
use crate::build::BuildError;
use crate::web::{About, Base, Client, Filled, percent};

/// Codes of Entra ID that are about the password itself: it is none of the application's, or its time is over (Microsoft's
/// list of AADSTS error codes).
const REFUSED: [u32; 2] = [7_000_215, 7_000_222];

/// Asks for a token with the password that is tried.
pub struct EntraProbe {
    client: Client,
    base: Base,
    origin: String,
    path: String,
    client_id: String,
    scope: String,
    timeout: Duration,
}

/// What Entra ID says when it gives no token.
#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    error_codes: Vec<u32>,
}

impl EntraProbe {
    /// Builds the probe.
    pub fn new(settings: &ProbeSettings) -> Result<Self, BuildError> {
        let base = Base::new("authority", &settings.authority)?;
        Ok(Self {
            client: rest::client(settings.ca_file.as_deref())?,
            origin: base.origin(),
            base,
            path: format!("/{}/oauth2/v2.0/token", percent(&settings.tenant_id)),
            client_id: settings.client_id.clone(),
            scope: settings.scope.clone(),
            timeout: settings.timeout,
        })
    }

    fn filled(&self, presented: Presented<'_>) -> Called<Filled> {
        #[expect(clippy::disallowed_methods, reason = "Entra ID is asked whether it takes this password")]
        let password = str::from_utf8(presented.value.expose());
        let broken = |what| Fault::new(Blame::Rejected, Certainty::NotSent, what);
        let password = percent_secret(password.map_err(|_| broken("the password is no text"))?);
        let body = Zeroizing::new(format!(
            "grant_type=client_credentials&client_id={}&scope={}&client_secret={}",
            percent(&self.client_id),
            percent(&self.scope),
            *password
        ));
        let url = self.base.join(&self.path).ok_or_else(|| broken("the address of Entra ID leads elsewhere"))?;
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        let headers = HeaderMap::from_iter([(CONTENT_TYPE, form)]);
        Ok(Filled { method: Method::POST, url, headers, body: Some(body.as_bytes().to_vec()) })
    }
}

#[async_trait]
impl Probe for EntraProbe {
    async fn probe(&self, presented: Presented<'_>) -> Called<Verdict> {
        let line = format!("POST {}", self.path);
        let deadline = Instant::now() + self.timeout;
        let about = About { line: &line, origin: &self.origin, timeout: self.timeout, deadline };
        let reply = self.client.send(about, self.filled(presented)?, None).await?;
        let status = reply.status();
        if status.is_success() {
            return Ok(Verdict::Accepted);
        }
        let refusal: Refusal = serde_json::from_slice(&reply.body().await?).unwrap_or_default();
        let is_refused = refusal.error_codes.iter().any(|code| REFUSED.contains(code));
        Ok(if is_refused && matches!(status.as_u16(), 400 | 401) { Verdict::Refused } else { Verdict::Inconclusive })
    }
}

fn percent_secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(percent(text))
}
