//! Connections: accepting them, and breaking one off when a fault asks for it.
//!
//! A handler can't close its connection, so it answers with [`Cut::response`]; the connection's task turns that into a
//! reset without a single byte of an answer.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long requests in flight may take to end when the sandbox stops.
const GRACE: Duration = Duration::from_secs(1);
/// The pause after a failed accept, which is mostly a lack of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);

/// Marks a response that must not be sent: the connection is reset instead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut;

impl Cut {
    pub(crate) fn response() -> Response {
        let mut response = Response::default();
        response.extensions_mut().insert(Self);
        response
    }
}

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("answer: the connection is cut on purpose")
    }
}

impl std::error::Error for Cut {}

/// Accepts connections until told to stop; each runs as a task of its own.
pub(crate) async fn accept(listener: TcpListener, router: Router, tasks: TaskTracker, stopping: CancellationToken) {
    let accepting = async {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => drop(tasks.spawn(serve(stream, router.clone(), stopping.clone()))),
                Err(_) => sleep(ACCEPT_PAUSE).await,
            }
        }
    };
    stopping.run_until_cancelled(accepting).await;
}

async fn serve(stream: TcpStream, router: Router, stopping: CancellationToken) {
    // Small answers are the rule here; waiting for more to send would only make the sandbox slow.
    drop(stream.set_nodelay(true));
    let handlers = TowerToHyperService::new(router);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let answering = handlers.call(request);
        async move { uncut(answering.await) }
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = stopping.cancelled() => {
            std::pin::Pin::new(&mut connection).graceful_shutdown();
            timeout(GRACE, &mut connection).await.unwrap_or(Ok(()))
        }
    };
    if ended.is_err_and(|error| error.is_user()) {
        let stream = connection.into_parts().io.into_inner();
        // Closing without lingering sends a reset instead of an orderly end.
        drop(stream.set_zero_linger());
    }
}

fn uncut(answer: Result<Response, Infallible>) -> Result<Response, Cut> {
    match answer {
        Ok(response) if response.extensions().get::<Cut>().is_none() => Ok(response),
        Ok(_) => Err(Cut),
    }
}
