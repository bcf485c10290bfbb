//! `serve`: the engine as a daemon, with its health on loopback.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    http::{StatusCode, header::HOST},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use clap::Args;
use keybaton_core::facts::Presence;
use keybaton_engine::{Driver, Options, Service};
use keybaton_ports::{Failure, FailureKind, Store};
use tokio::signal::unix::{Signal, SignalKind};
use tokio_util::sync::CancellationToken;

use super::{Context, Ended};
use crate::{
    exit::Exit,
    report::Tone,
    signals::listen,
    supervisor,
    wiring::{Reach, Wired, charges, load},
};

/// Secrets that are driven at once.
const CONCURRENCY: usize = 64;

/// Runs the rotation server until it is told to stop.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {}

pub(crate) async fn run(context: Context<'_>, _: &ServeArgs) -> Ended {
    until_stopped(context, |_| ()).await
}

/// Serves until somebody wants it to end; `ready` is told the address once it can be reached.
pub(crate) async fn until_stopped(context: Context<'_>, ready: impl FnOnce(SocketAddr)) -> Ended {
    let wired = context.wire(Reach::World).await?;
    let store: Arc<dyn Store> = Arc::clone(&wired.state.store) as _;
    let listen = wired.config.server.listen;
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(|error| unbound(listen, &error))?;
    let listen = listener.local_addr().unwrap_or(listen);
    let shutdown = CancellationToken::new();
    let web = tokio::spawn(health(listener, Arc::clone(&store), shutdown.clone()));
    let service = service(&wired, store);
    let engine = tokio::spawn(service.run(shutdown.clone()));
    let signals = Signals::listen()?;
    context.report.step(Tone::Good, "serving", &format!("http://{listen}, as {}", wired.holder));
    ready(listen);
    supervisor::ready();
    watch(context, &wired, signals, &shutdown, &engine).await;
    supervisor::stopping();
    shutdown.cancel();
    let ended = engine.await;
    let _ = web.await;
    match ended {
        Ok(Ok(())) => {
            context.report.step(Tone::Good, "stopped", "every lease was given up; what was active goes on elsewhere");
            Ok(Exit::Done)
        }
        Ok(Err(error)) => Err(stopped().because(&error)),
        Err(error) => Err(stopped().because(&error)),
    }
}

fn service(wired: &Wired, store: Arc<dyn Store>) -> Service {
    let (keyring, time) = (Arc::clone(&wired.state.keyring), Arc::clone(&wired.time));
    let holder = wired.holder.clone();
    let driver = Driver::new(Arc::clone(&store), keyring, Arc::clone(&time), holder.clone(), Presence::Stays);
    let options = Options { holder, concurrency: CONCURRENCY };
    Service::new(options, store, time, Arc::new(driver), wired.charges.clone())
}

/// What we listen to, from before anybody is told that we serve: an unheard hangup would end us.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    fn listen() -> Result<Self, Failure> {
        let (interrupt, terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
        Ok(Self { interrupt, terminate, hangup: listen(SignalKind::hangup())? })
    }
}

/// Waits for the end, and reads the configuration again on SIGHUP: an invalid one never replaces a running one.
async fn watch<T>(
    context: Context<'_>,
    wired: &Wired,
    mut signals: Signals,
    shutdown: &CancellationToken,
    engine: &tokio::task::JoinHandle<T>,
) {
    let mut alive = tokio::time::interval(std::time::Duration::from_secs(1));
    loop {
        tokio::select! {
            _ = signals.interrupt.recv() => return,
            _ = signals.terminate.recv() => return,
            () = shutdown.cancelled() => return,
            _ = alive.tick() => if engine.is_finished() { return } else { supervisor::alive() },
            _ = signals.hangup.recv() => reload(context, wired).await,
        }
    }
}

async fn reload(context: Context<'_>, wired: &Wired) {
    if let Err(failure) = supervisor::reloading() {
        context.report.failure(&failure);
    }
    let read = async {
        let config = load(context.global, context.report)?;
        charges(&config, &wired.state, context.report, Reach::World).await
    };
    match read.await {
        Ok(charges) => {
            context.report.step(Tone::Good, "reloaded", &format!("{} secrets", charges.len()));
            wired.charges.replace(charges);
        }
        Err(failure) => {
            context.report.failure(&failure);
            context.report.words("The configuration that was running goes on.");
        }
    }
    supervisor::ready();
}

/// Whether the engine lives and whether the state answers. Loopback services check who is meant (DESIGN section 8).
async fn health(listener: tokio::net::TcpListener, store: Arc<dyn Store>, shutdown: CancellationToken) {
    let port = listener.local_addr().map(|address| address.port()).unwrap_or_default();
    let state = Health { store, port };
    let app = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .layer(middleware::from_fn_with_state(state.clone(), only_loopback))
        .with_state(state);
    let served = axum::serve(listener, app).with_graceful_shutdown(async move { shutdown.cancelled().await }).await;
    if let Err(error) = served {
        tracing::error!(%error, "the health endpoint ended");
    }
}

#[derive(Clone)]
struct Health {
    store: Arc<dyn Store>,
    port: u16,
}

async fn ready(State(health): State<Health>) -> (StatusCode, &'static str) {
    match health.store.now().await.and(health.store.stamp().await.map(drop)) {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the state database does not answer\n"),
    }
}

/// Refuses requests that were meant for another host: a page elsewhere cannot reach us through a name of its own.
async fn only_loopback(State(health): State<Health>, request: Request, next: Next) -> Result<Response, StatusCode> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let ours = ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| host == format!("{name}:{}", health.port));
    let foreign = request.headers().contains_key("origin");
    if ours && !foreign { Ok(next.run(request).await) } else { Err(StatusCode::MISDIRECTED_REQUEST) }
}

fn unbound(listen: std::net::SocketAddr, error: &std::io::Error) -> Failure {
    Failure::new(FailureKind::Usage, format!("{listen} cannot be listened on"))
        .because(error)
        .safe("nothing was changed")
        .hint("another server may use the port; set another one in [server] listen")
}

fn stopped() -> Failure {
    Failure::new(FailureKind::Unknown, "the engine stopped")
        .safe("nothing is lost: what was active goes on when an engine runs")
        .hint("`keybaton status` shows how everything stands")
}
