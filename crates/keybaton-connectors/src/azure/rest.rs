//! A service of Azure that is asked by plain requests, with a token of our own login: for the few calls that no library of
//! Microsoft's makes.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use azure_core::credentials::TokenCredential;
use keybaton_ports::{Blame, Called, Certainty, Fault};
use keybaton_seal::SecretValue;
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroizing;

use super::errand::Errand;
use super::failure;
use super::login::{Login, LoginSettings};
use crate::build::BuildError;
use crate::web::outcome::{self, Naming};
use crate::web::{About, Base, Client, Filled, throttle};

/// Where a service is and who is asking.
pub(super) struct Reach<'a> {
    /// The setting that holds the address.
    pub(super) at: &'static str,
    pub(super) url: &'a str,
    /// What a token has to be for: `https://graph.microsoft.com/.default`.
    pub(super) scope: String,
    pub(super) login: &'a LoginSettings,
    pub(super) ca_file: Option<&'a Path>,
    pub(super) timeout: Duration,
}

/// A service, as keybaton itself may use it.
pub(super) struct Rest {
    client: Client,
    base: Base,
    origin: String,
    scope: String,
    login: Arc<Login>,
    timeout: Duration,
}

/// A request; its path holds what stands behind a `?` too.
pub(super) struct Asked {
    method: Method,
    path: String,
    body: Option<Zeroizing<Vec<u8>>>,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Zeroizing<Vec<u8>>,
}

impl Asked {
    pub(super) fn get(path: String) -> Self {
        Self { method: Method::GET, path, body: None }
    }

    /// A POST without anything to say.
    pub(super) fn action(path: String) -> Self {
        Self { method: Method::POST, path, body: None }
    }

    pub(super) fn post(path: String, body: &Value) -> Self {
        Self { method: Method::POST, path, body: Some(Zeroizing::new(body.to_string().into_bytes())) }
    }

    /// As it is named in words, without what stands behind a `?`.
    pub(super) fn line(&self) -> String {
        format!("{} {}", self.method, self.path.split('?').next().unwrap_or_default())
    }
}

impl Rest {
    /// `secret` is what the table `login` refers to.
    pub(super) fn new(reach: &Reach<'_>, secret: Option<SecretValue>) -> Result<Self, BuildError> {
        let base = Base::new(reach.at, reach.url)?;
        let client = client(reach.ca_file)?;
        let login = Login::new(reach.login, secret, client.clone());
        let (scope, timeout) = (reach.scope.clone(), reach.timeout);
        Ok(Self { client, origin: base.origin(), base, scope, login, timeout })
    }

    /// A call that begins now.
    pub(super) fn begin(&self) -> Errand {
        Errand::begin(self.timeout)
    }

    /// Sends a request, which has to succeed, and reads what it answers.
    pub(super) async fn read<T: DeserializeOwned>(&self, errand: Errand, asked: &Asked) -> Called<T> {
        let answer = self.ask(errand, asked).await?;
        if !answer.status.is_success() {
            return Err(refusal(asked, &answer));
        }
        // What serde_json says about broken JSON is a place, never a piece of it.
        let unclear = |error| outcome::of_answer(&asked.line(), format!("the answer makes no sense: {error}"));
        serde_json::from_slice(&answer.body).map_err(unclear)
    }

    /// Sends a request and reads the whole answer, whatever it says. A token that is not accepted may have ended: another one
    /// is had, and the same sent once more. A 401 is certain, so that nothing is done twice.
    pub(super) async fn ask(&self, errand: Errand, asked: &Asked) -> Called<Answer> {
        let answer = self.send(errand, asked).await?;
        if answer.status.as_u16() != 401 {
            return Ok(answer);
        }
        self.login.forget().await;
        self.send(errand, asked).await
    }

    async fn send(&self, errand: Errand, asked: &Asked) -> Called<Answer> {
        let line = asked.line();
        throttle::check(&self.origin, &line)?;
        let token = self.token(errand, &line).await?;
        let about = About { line: &line, origin: &self.origin, timeout: errand.timeout, deadline: errand.deadline };
        let reply = self.client.send(about, self.filled(asked, token)?, None).await?;
        let status = reply.status();
        if matches!(status.as_u16(), 429 | 503) {
            let after = reply.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
            throttle::note(&self.origin, after);
        }
        Ok(Answer { status, body: reply.body().await? })
    }

    async fn token(&self, errand: Errand, line: &str) -> Called<HeaderValue> {
        let asked = errand.run(self.login.get_token(&[&self.scope], None)).await;
        let token = asked.map_err(|error| unlogged(failure::of(line, &error)))?.token;
        let text = Zeroizing::new(format!("Bearer {}", token.secret()));
        let broken = |_| Fault::new(Blame::Corrupt, Certainty::NotSent, format!("{line}: the login gave no token"));
        let mut header = HeaderValue::from_str(&text).map_err(broken)?;
        header.set_sensitive(true);
        Ok(header)
    }

    fn filled(&self, asked: &Asked, token: HeaderValue) -> Called<Filled> {
        let mut headers = HeaderMap::from_iter([(AUTHORIZATION, token)]);
        headers.extend(asked.body.as_ref().map(|_| (CONTENT_TYPE, HeaderValue::from_static("application/json"))));
        // A POST without a length is refused by the servers in front of Azure, and the library gives none to nothing.
        let is_empty = asked.method == Method::POST && asked.body.is_none();
        headers.extend(is_empty.then(|| (CONTENT_LENGTH, HeaderValue::from_static("0"))));
        let astray = || Fault::new(Blame::Bug, Certainty::NotSent, format!("{} leads elsewhere", asked.line()));
        let url = self.base.join(&asked.path).ok_or_else(astray)?;
        Ok(Filled { method: asked.method.clone(), url, headers, body: asked.body.as_ref().map(|body| body.to_vec()) })
    }
}

/// The fault of a login that gave no token: nothing was sent, and where we are not let in nothing ever will be.
fn unlogged(fault: Fault) -> Fault {
    let certainty = match fault.blame {
        Blame::OurCredential => Certainty::Refused,
        Blame::Transient
        | Blame::Rejected
        | Blame::Full
        | Blame::NotFound
        | Blame::Unsupported
        | Blame::Corrupt
        | Blame::Bug
        | Blame::Lost
        | Blame::Person => Certainty::NotSent,
    };
    Fault { certainty, ..fault }
}

/// The fault of an answer that is no success. A service of Azure that answers with 429 has not begun.
pub(super) fn refusal(asked: &Asked, answer: &Answer) -> Fault {
    let line = asked.line();
    match answer.status.as_u16() {
        429 => Fault::new(Blame::Transient, Certainty::NotSent, format!("{line}: too many requests for now (429)")),
        _ => outcome::of_status(&line, answer.status, Naming::Nothing),
    }
}

/// The client for an authority of the settings, or for the public ones.
pub(super) fn client(ca_file: Option<&Path>) -> Result<Client, BuildError> {
    ca_file.map_or_else(Client::shared, Client::trusting)
}
