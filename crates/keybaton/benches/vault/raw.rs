//! The raw client: reqwest with nothing around it.

use reqwest::{Certificate, Client};

use crate::Outcome;
use crate::call::Call;
use crate::site::Site;

/// What becomes of a connection when it was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connections {
    /// The next request has it.
    Kept,
    /// It is closed: the next request opens its own.
    OneEach,
}

/// The raw client.
pub(crate) struct Raw(Client);

impl Raw {
    pub(crate) fn new(site: &dyn Site, connections: Connections) -> Outcome<Self> {
        let builder = Client::builder().no_proxy();
        let builder = match connections {
            Connections::Kept => builder,
            Connections::OneEach => builder.pool_max_idle_per_host(0),
        };
        let builder = match site.authority() {
            Some(path) => builder.tls_certs_merge(Certificate::from_pem_bundle(&std::fs::read(path)?)?),
            None => builder,
        };
        Ok(Self(builder.build()?))
    }

    /// Sends a request, which has to succeed, and returns the whole answer.
    pub(crate) async fn send(&self, call: Call) -> Outcome<String> {
        let line = format!("{} {}", call.method, call.url);
        let mut request = self.0.request(call.method, call.url);
        for (name, value) in call.headers {
            request = request.header(name, value);
        }
        let request = match call.body {
            Some(body) => request.body(body),
            None => request,
        };
        let response = request.send().await?;
        let status = response.status();
        let text = response.text().await?;
        if status.is_success() { Ok(text) } else { Err(format!("{line} was answered with {status}: {text}").into()) }
    }
}
