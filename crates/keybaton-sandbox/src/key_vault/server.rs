//! Connections: TLS, one request after another, and the weather that requests meet.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, thread};

use axum::body::{Body, to_bytes};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::answer::Answer;
use super::route::{self, Asked};
use super::vault::State;

/// The largest body that is read.
const LARGEST: usize = 1024 * 1024;

/// What requests meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weather {
    /// They are answered.
    #[default]
    Fair,
    /// They are refused with 429, and with this many seconds of `Retry-After` where there are any.
    Throttled(Option<u64>),
    /// They are answered with 503.
    Unavailable,
    /// They are never answered.
    Silent,
    /// Their connections are cut.
    Down,
}

/// Accepts connections in a thread of its own until the process ends or `state` is marked as ended.
pub(super) fn serve(listener: std::net::TcpListener, tls: TlsAcceptor, state: Arc<Mutex<State>>) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new().name("key vault".to_owned()).spawn(move || {
        runtime.block_on(async move {
            let Ok(listener) = TcpListener::from_std(listener) else { return };
            while !lock(&state).ended {
                if let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(connection(stream, tls.clone(), Arc::clone(&state)));
                }
            }
        });
    })?;
    Ok(())
}

/// Reads a certificate and its key.
pub(super) fn acceptor(certificate: &Path, key: &Path) -> io::Result<TlsAcceptor> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(certificate).map_err(io::Error::other)?.collect();
    let key = PrivateKeyDer::from_pem_file(key).map_err(io::Error::other)?;
    let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().map_err(io::Error::other)?.with_no_client_auth();
    let config = builder.with_single_cert(chain.map_err(io::Error::other)?, key).map_err(io::Error::other)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The pairs of a query or a form, names and values decoded.
pub(super) fn pairs(text: &str) -> HashMap<String, String> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

async fn connection(stream: TcpStream, tls: TlsAcceptor, state: Arc<Mutex<State>>) {
    if lock(&state).weather == Weather::Down {
        return;
    }
    // The last message of a handshake would wait for the client's delayed word on the one before.
    drop(stream.set_nodelay(true));
    // A client that does not trust the certificate ends the handshake.
    let Ok(stream) = tls.accept(stream).await else { return };
    let service = service_fn(move |request| answer(request, Arc::clone(&state)));
    drop(http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
}

async fn answer(request: Request<Incoming>, state: Arc<Mutex<State>>) -> Result<Response<Body>, Infallible> {
    let (head, body) = request.into_parts();
    let body = to_bytes(Body::new(body), LARGEST).await.unwrap_or_default();
    let weather = {
        let mut state = lock(&state);
        state.requests += 1;
        state.weather
    };
    let answer = match weather {
        Weather::Fair => {
            let query = pairs(head.uri.query().unwrap_or_default());
            let (method, path) = (head.method.as_str(), head.uri.path());
            let asked = Asked { method, path, query, headers: &head.headers, body: &body };
            route::answer(&mut lock(&state), &asked)
        }
        Weather::Throttled(seconds) => Answer::throttled(seconds),
        Weather::Unavailable => Answer::refused(503, "ServiceUnavailable", None),
        Weather::Silent | Weather::Down => std::future::pending().await,
    };
    Ok(answer.into_response())
}

pub(super) fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
