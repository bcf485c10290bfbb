//! Taking connections: so many at once, each with its time limits, and an end in which what has begun is answered.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::Request};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::Limits;

/// How long to wait when no connection can be taken, because the process has no file left.
const BREATH: Duration = Duration::from_millis(100);

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
    router: Router,
    limits: &Limits,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let places = Arc::new(Semaphore::new(limits.connections));
    let open = GracefulShutdown::new();
    let protocol = protocol(limits);
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = stop.cancelled() => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        let (stream, peer) = match accepted {
            Ok(taken) => taken,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let watcher = open.watcher();
        let (protocol, router) = (protocol.clone(), router.clone());
        tokio::spawn(async move {
            let _place = place;
            let Some(stream) = ready(stream) else { return };
            let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
                request.extensions_mut().insert(Peer(peer));
                router.clone().oneshot(request.map(axum::body::Body::new) as Request)
            });
            let connection = protocol.serve_connection(TokioIo::new(stream), service).into_owned();
            // how a connection ends is the client's affair
            if let Err(error) = watcher.watch(connection).await {
                tracing::debug!(%peer, error, "a connection ended early");
            }
        });
    }
    drop(listener);
    let ended = tokio::time::timeout(limits.farewell, open.shutdown()).await;
    if ended.is_err() {
        tracing::warn!("some requests were cut off");
    }
    Ok(())
}

/// Answers are small and awaited: nothing is gained by holding them back.
fn ready(stream: TcpStream) -> Option<TcpStream> {
    stream.set_nodelay(true).ok().map(|()| stream)
}

fn protocol(limits: &Limits) -> Builder<TokioExecutor> {
    // without TLS nobody says which version they speak, and waiting for it has no time limit
    let mut protocol = Builder::new(TokioExecutor::new()).http1_only();
    protocol.http1().timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(HEAD).max_headers(HEADERS);
    protocol
}
