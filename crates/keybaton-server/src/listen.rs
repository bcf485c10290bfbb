//! Taking connections: so many at once, each with its time limits, and an end in which what has begun is answered.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto::Builder,
        graceful::{GracefulShutdown, Watcher},
    },
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::{Limits, Tls};

/// How long to wait when no connection can be taken, because the process has no file left.
const BREATH: Duration = Duration::from_millis(100);

/// How long a client may take for the handshake.
const GREETING: Duration = Duration::from_secs(10);

/// How many requests one connection may have open at once: an agent waits for each of its secrets.
const STREAMS: u32 = 2_048;

/// The longest head of a request, in bytes.
const HEAD: usize = 16 * 1024;

/// How many headers a request may have.
const HEADERS: usize = 64;

/// Where a request came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Serves until `stop`, and then for as long as the last answers need.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<&Tls>,
    router: Router,
    limits: &Limits,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let places = Arc::new(Semaphore::new(limits.connections));
    let open = GracefulShutdown::new();
    let (acceptor, protocols) = (tls.map(Tls::acceptor), Protocols::new(limits));
    while let Some((place, stream, peer)) = next(&listener, &places, &stop).await {
        let (protocols, router, watcher) = (protocols.clone(), router.clone(), open.watcher());
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            let _place = place;
            // answers are small and awaited: nothing is gained by holding them back
            stream.set_nodelay(true).ok();
            let Some(acceptor) = acceptor else { return talk(&protocols.one, stream, router, peer, watcher).await };
            let Ok(Ok(stream)) = tokio::time::timeout(GREETING, acceptor.accept(stream)).await else { return };
            let is_two = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            talk(if is_two { &protocols.two } else { &protocols.one }, stream, router, peer, watcher).await;
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.farewell, open.shutdown()).await.is_err() {
        tracing::warn!("some requests were cut off");
    }
    Ok(())
}

/// The next connection, once there is a place for it; none when the server ends.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    stop: &CancellationToken,
) -> Option<(OwnedSemaphorePermit, TcpStream, Peer)> {
    let place = stop.run_until_cancelled(Arc::clone(places).acquire_owned()).await?.ok()?;
    loop {
        match stop.run_until_cancelled(listener.accept()).await? {
            Ok((stream, peer)) => return Some((place, stream, Peer(peer))),
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

/// Answers what comes over one connection.
async fn talk(
    protocol: &Builder<TokioExecutor>,
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    peer: Peer,
    watcher: Watcher,
) {
    let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request.map(axum::body::Body::new))
    });
    let connection = protocol.serve_connection(TokioIo::new(stream), service).into_owned();
    // how a connection ends is the client's affair
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(peer = %peer.0, error, "a connection ended early");
    }
}

/// Both versions of HTTP with their limits. Which one it is, is told before: without TLS it is always the first, because
/// waiting for a client to show it has no time limit.
#[derive(Clone)]
struct Protocols {
    one: Builder<TokioExecutor>,
    two: Builder<TokioExecutor>,
}

impl Protocols {
    fn new(limits: &Limits) -> Self {
        let mut one = Builder::new(TokioExecutor::new()).http1_only();
        let first = &mut one.http1();
        first.timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(HEAD).max_headers(HEADERS);
        let mut two = Builder::new(TokioExecutor::new()).http2_only();
        let second = &mut two.http2();
        second.timer(TokioTimer::new()).keep_alive_interval(limits.head).max_concurrent_streams(STREAMS);
        second.max_header_list_size(u32::try_from(HEAD).unwrap_or(u32::MAX));
        Self { one, two }
    }
}
