//! Whether a request is meant for us. On loopback a page elsewhere could reach us through a name of its own, so the host
//! that is named must be ours; and no page of another place may ask at all.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{
        StatusCode,
        header::{HOST, ORIGIN},
    },
    middleware::Next,
    response::Response,
};

use crate::{refusal::Refusal, server::Shared};

/// The names by which a server on loopback is reached.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// Where we are.
pub(crate) enum Here {
    /// On loopback: reached by these names only.
    Loopback(Vec<String>),
    /// Behind any name.
    Anywhere,
}

impl Here {
    /// A server that listens at this address.
    pub(crate) fn at(address: SocketAddr) -> Self {
        if !address.ip().is_loopback() {
            return Self::Anywhere;
        }
        let names = LOOPBACK.iter().map(|name| format!("{name}:{}", address.port()));
        Self::Loopback(names.chain([address.to_string()]).collect())
    }

    fn is_meant(&self, request: &Request) -> bool {
        let meant = host(request);
        let is_ours = match self {
            Self::Loopback(names) => meant.is_some_and(|host| names.iter().any(|name| name == host)),
            Self::Anywhere => true,
        };
        is_ours && !request.headers().contains_key(ORIGIN)
    }
}

/// The host that a request names: in its target, or in the header.
fn host(request: &Request) -> Option<&str> {
    let target = request.uri().authority().map(axum::http::uri::Authority::as_str);
    target.or_else(|| request.headers().get(HOST)?.to_str().ok())
}

/// Refuses what is meant for another host, and what a page in a browser asks.
pub(crate) async fn meant_for_us(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    if shared.door.here.is_meant(&request) {
        return Ok(next.run(request).await);
    }
    let title = "the request names another host, or comes from a page in a browser";
    Err(Refusal::new(StatusCode::MISDIRECTED_REQUEST, "misdirected", title))
}
