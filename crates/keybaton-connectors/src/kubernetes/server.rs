//! The API server: one request on a connection of its own, with keybaton's own token.

use std::path::{Path, PathBuf};
use std::time::Duration;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use keybaton_seal::SecretValue;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::settings::VaultSettings;
use super::token::Token;
use crate::build::BuildError;
use crate::web::{About, Base, Client, Filled, authorities};

/// Where a pod finds the authority of its cluster.
const AUTHORITY: &str = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

/// The API server, as keybaton itself may use it.
pub(super) struct Server {
    client: Client,
    base: Base,
    origin: String,
    token: Token,
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
    path: &'a str,
    query: String,
    accept: Option<&'static str>,
    body: Option<(&'static str, Zeroizing<Vec<u8>>)>,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// How many seconds the server wants to be left alone.
    pub(super) retry_after: Option<u64>,
    pub(super) body: Zeroizing<Vec<u8>>,
}

impl<'a> Asked<'a> {
    pub(super) fn get(path: &'a str) -> Self {
        Self { method: Method::GET, path, query: String::new(), accept: None, body: None }
    }

    /// A page of a list.
    pub(super) fn list(path: &'a str, query: String, accept: Option<&'static str>) -> Self {
        Self { query, accept, ..Self::get(path) }
    }

    /// Makes an object, as this manager.
    pub(super) fn create(path: &'a str, manager: &str, body: Vec<u8>) -> Self {
        let query = format!("?fieldManager={}", crate::web::percent(manager));
        Self { method: Method::POST, query, body: Some(("application/json", Zeroizing::new(body))), ..Self::get(path) }
    }

    /// Applies what this manager wants. JSON is YAML.
    pub(super) fn apply(path: &'a str, manager: &str, body: Zeroizing<Vec<u8>>) -> Self {
        let query = format!("?fieldManager={}&force=false", crate::web::percent(manager));
        Self { method: Method::PATCH, query, body: Some(("application/apply-patch+yaml", body)), ..Self::get(path) }
    }

    /// The same over fields of other managers.
    pub(super) fn forced(self) -> Self {
        Self { query: self.query.replace("&force=false", "&force=true"), ..self }
    }

    /// As it is named in words: `PATCH /api/v1/namespaces/shop/secrets/payments-prod`.
    pub(super) fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

impl Server {
    pub(super) fn new(settings: &VaultSettings, value: Option<SecretValue>) -> Result<Self, BuildError> {
        let base = Base::new("url", &settings.url)?;
        let token = Token::new(settings, value)?;
        let client = match authority(settings) {
            None => Client::shared()?,
            Some(path) => Client::trusting(&path)?,
        };
        Ok(Self { client, origin: base.origin(), base, token, timeout: settings.timeout })
    }

    /// A call that begins now.
    pub(super) fn begin(&self) -> Errand {
        Errand { timeout: self.timeout, deadline: Instant::now() + self.timeout }
    }

    /// Sends a request and reads the whole answer, whatever it says. A token that is refused may have been replaced a moment
    /// ago: the file is read again, and the same sent once more with another one. A refusal is certain, so that nothing is
    /// done twice.
    pub(super) async fn ask(&self, errand: &Errand, asked: &Asked<'_>) -> Called<Answer> {
        let token = self.token.header().await?;
        let answer = self.send(errand, asked, &token).await?;
        if answer.status.as_u16() != 401 || !self.token.is_replaced() {
            return Ok(answer);
        }
        let newer = self.token.header().await?;
        if newer == token { Ok(answer) } else { self.send(errand, asked, &newer).await }
    }

    async fn send(&self, errand: &Errand, asked: &Asked<'_>, token: &HeaderValue) -> Called<Answer> {
        let line = asked.line();
        let about = About { line: &line, origin: &self.origin, timeout: errand.timeout, deadline: errand.deadline };
        let reply = self.client.send(about, self.filled(asked, token)?, None).await?;
        let retry_after = reply.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let status = reply.status();
        Ok(Answer { status, retry_after, body: reply.body().await? })
    }

    fn filled(&self, asked: &Asked<'_>, token: &HeaderValue) -> Called<Filled> {
        let mut headers = HeaderMap::from_iter([(AUTHORIZATION, token.clone())]);
        headers.extend(asked.accept.map(|kinds| (ACCEPT, HeaderValue::from_static(kinds))));
        headers.extend(asked.body.as_ref().map(|(kind, _)| (CONTENT_TYPE, HeaderValue::from_static(kind))));
        let url = self.base.join(&format!("{}{}", asked.path, asked.query));
        let astray = || Fault::new(Blame::Bug, Certainty::NotSent, format!("{} leads elsewhere", asked.line()));
        let body = asked.body.as_ref().map(|(_, body)| body.to_vec());
        Ok(Filled { method: asked.method.clone(), url: url.ok_or_else(astray)?, headers, body })
    }
}

/// Checks what does not need a client.
pub(super) fn check(settings: &VaultSettings) -> Result<(), BuildError> {
    Base::new("url", &settings.url)?;
    settings.ca_file.as_deref().map_or(Ok(()), |path: &Path| authorities(path).map(drop))
}

/// The file with the authorities, given or where a pod has it.
fn authority(settings: &VaultSettings) -> Option<PathBuf> {
    let here = || Some(PathBuf::from(AUTHORITY)).filter(|path| path.exists());
    settings.ca_file.clone().or_else(here)
}
