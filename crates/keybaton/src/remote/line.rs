//! The line to a server: one call at a time, bounded in time and in bytes, that follows and repeats nothing.

use std::{fmt::Display, time::Duration};

use keybaton_client::Address;
use keybaton_ports::{Failure, FailureKind};
use keybaton_seal::AccessToken;
use keybaton_types::SecretId;
use reqwest::{
    Certificate, Client, Method, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue},
    redirect, retry,
};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::{
    access::Access,
    refused::{self, Effect},
};

/// The most bytes of an answer: the status of a hundred thousand secrets.
const LARGEST: usize = 64 * 1024 * 1024;

/// The longest time in which a connection is made.
const CONNECT: Duration = Duration::from_secs(5);

/// How long an answer may take that comes from the server's own state.
const PROMPT: Duration = Duration::from_secs(30);

/// How long it may take where the server asks far services first.
const PATIENT: Duration = Duration::from_secs(150);

/// The line to one server.
pub(super) struct Line {
    client: Client,
    address: Address,
    token: HeaderValue,
}

/// One call.
pub(super) struct Call {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
    timeout: Duration,
    schema: &'static str,
}

impl Call {
    /// Reads something.
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path, None)
    }

    /// Ends something.
    pub(super) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path, None)
    }

    /// Asks for something.
    pub(super) fn post(path: impl Into<String>, body: &impl Serialize) -> Result<Self, Failure> {
        let body = serde_json::to_vec(body).map_err(|error| {
            Failure::new(FailureKind::Unknown, "the request could not be written")
                .because(&error)
                .safe("nothing was asked of the server")
        })?;
        Ok(Self::new(Method::POST, path, Some(body)))
    }

    fn new(method: Method, path: impl Into<String>, body: Option<Vec<u8>>) -> Self {
        Self { method, path: path.into(), query: Vec::new(), body, timeout: PROMPT, schema: "" }
    }

    /// With something in the query.
    pub(super) fn query(mut self, name: &'static str, value: impl Display) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    /// About one secret, or about all.
    pub(super) fn about(self, secret: Option<&SecretId>) -> Self {
        match secret {
            Some(secret) => self.query("secret", secret),
            None => self,
        }
    }

    /// The server asks far services before it answers.
    pub(super) fn patient(self) -> Self {
        Self { timeout: PATIENT, ..self }
    }

    /// The answer is a document of this name.
    pub(super) fn expects(self, schema: &'static str) -> Self {
        Self { schema, ..self }
    }

    fn effect(&self) -> Effect {
        if self.method == Method::GET { Effect::None } else { Effect::Possible }
    }
}

impl Line {
    pub(super) fn new(access: Access) -> Result<Self, Failure> {
        let token = header(&access.token)?;
        let client = client(&access).map_err(|error| refused::unprepared(&error))?;
        Ok(Self { client, address: access.address, token })
    }

    /// Makes a call that is answered with a document.
    pub(super) async fn ask<T: DeserializeOwned>(&self, call: Call) -> Result<T, Failure> {
        self.ask_maybe(call).await?.ok_or_else(|| refused::garbled(None))
    }

    /// Makes a call that is answered with a document, or with nothing.
    pub(super) async fn ask_maybe<T: DeserializeOwned>(&self, call: Call) -> Result<Option<T>, Failure> {
        let (effect, timeout, schema) = (call.effect(), call.timeout, call.schema);
        let made = tokio::time::timeout(timeout, self.make(call));
        let (status, body) = made.await.unwrap_or_else(|_| Err(refused::silent(&self.address, timeout, effect)))?;
        if status == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        if !status.is_success() {
            return Err(refused::status(status, &body, &self.address));
        }
        document(&body, schema).map(Some)
    }

    async fn make(&self, call: Call) -> Result<(StatusCode, Zeroizing<Vec<u8>>), Failure> {
        let effect = call.effect();
        let Some(mut url) = self.address.at(&call.path) else { return Err(refused::garbled(None)) };
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let mut request = self.client.request(call.method, url).header(AUTHORIZATION, self.token.clone());
        if let Some(body) = call.body {
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        let broken = |error: reqwest::Error| refused::broken(&self.address, &error, effect);
        let response = request.send().await.map_err(broken)?;
        let status = response.status();
        Ok((status, self.body(response, effect).await?))
    }

    async fn body(&self, mut response: Response, effect: Effect) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let mut body = Zeroizing::new(Vec::new());
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(body),
                Ok(Some(chunk)) if body.len() + chunk.len() <= LARGEST => body.extend_from_slice(&chunk),
                Ok(Some(_)) => return Err(refused::endless(&self.address, LARGEST)),
                Err(error) => return Err(refused::broken(&self.address, &error, effect)),
            }
        }
    }
}

/// Reads a document of this name. What is in it is not repeated in any error.
fn document<T: DeserializeOwned>(body: &[u8], schema: &'static str) -> Result<T, Failure> {
    #[derive(serde::Deserialize)]
    struct Head<'a> {
        #[serde(borrow)]
        schema: Option<&'a str>,
    }
    let head: Head<'_> = serde_json::from_slice(body).map_err(|_| refused::garbled(None))?;
    match head.schema {
        Some(name) if name == schema => serde_json::from_slice(body).map_err(|_| refused::garbled(None)),
        Some(other) if other.starts_with("keybaton/") => Err(refused::skewed(schema, other)),
        Some(_) | None => Err(refused::garbled(None)),
    }
}

#[expect(clippy::disallowed_methods, reason = "a token is presented to the server that it was made for")]
fn header(token: &AccessToken) -> Result<HeaderValue, Failure> {
    let whole = Zeroizing::new([b"Bearer ", token.text().expose()].concat());
    let mut value = HeaderValue::from_bytes(&whole).map_err(|_| refused::garbled(None))?;
    value.set_sensitive(true);
    Ok(value)
}

fn client(access: &Access) -> reqwest::Result<Client> {
    let accept = HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]);
    let builder = Client::builder()
        .user_agent(concat!("keybaton/", env!("CARGO_PKG_VERSION")))
        .default_headers(accept)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        // a token goes to the server that was named, and through nobody else
        .no_proxy()
        .connect_timeout(CONNECT);
    let builder = match &access.address {
        Address::Socket(path) => builder.unix_socket(path.as_path()),
        Address::Url(_) => builder,
    };
    match &access.roots {
        Some(pem) => builder.tls_certs_only(Certificate::from_pem_bundle(pem)?).build(),
        None => builder.build(),
    }
}
