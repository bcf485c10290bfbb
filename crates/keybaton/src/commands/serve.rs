//! `serve`: the engine as a daemon, with the API beside it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use clap::Args;
use keybaton_core::facts::Presence;
use keybaton_engine::{
    Charge, Driver, Listener, LocalDesk, Options, Service, Signals as Heard,
    alerts::{Channels, Courier},
    delivery::{Deliverer, Delivery},
};
use keybaton_ports::{Failure, FailureKind, Operations, Outbox, Store, Tokens};
use keybaton_server::{Limits, Metrics, Parts, Server, Sources, Tls, TlsError};
use tokio::{
    signal::unix::{Signal, SignalKind},
    sync::Notify,
};
use tokio_util::sync::CancellationToken;

use super::{Context, Ended};
use crate::{
    exit::Exit,
    report::Tone,
    signal,
    signals::listen,
    supervisor,
    telling::{self, Telling, Unready, board, courier},
    wiring::{Reach, Wired, charges, load},
};

/// How long an alert about a lapse stays open when an engine works again, so that it is told before it is resolved.
const SETTLED: Duration = Duration::from_secs(30);

/// How long alerts may keep a server that ends.
const FAREWELL: Duration = Duration::from_secs(5);

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
    let tls = certificate(&wired)?;
    let (heard, hearing) = hear(context, &wired).await?;
    let listen = wired.config.server.listen;
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(|error| unbound(listen, &error))?;
    let listen = listener.local_addr().unwrap_or(listen);
    let shutdown = CancellationToken::new();
    let channels = Channels::new(board(&wired.config, &wired.state, context.report, Unready::Refused).await?);
    let courier = courier(&wired, channels.clone());
    let metrics = metrics(&wired, channels.clone());
    wired.charges.replace(wired.charges.all().values().map(|charge| metrics.watch(Charge::clone(charge))));
    courier.note_lapse(&wired.charges).await;
    let (delivery, deliverer) = deliverer(&wired);
    let service = service(&wired, store, delivery.nudge());
    let server = server(&wired, delivery, (channels.clone(), metrics.clone()));
    let server = tls.iter().fold(server, |server, tls| server.with_tls(tls.clone()));
    let web = tokio::spawn(server.run(listener, shutdown.clone()));
    let rest = CancellationToken::new();
    let deliverer = tokio::spawn(deliverer.run(rest.clone()));
    let engine = tokio::spawn(service.run(shutdown.clone()));
    let telling = Telling::start(courier.clone());
    let hearing = tokio::spawn(hearing.run(shutdown.clone()));
    let lookout = tokio::spawn(telling::lookout(&wired).run(Arc::clone(&wired.time), shutdown.clone()));
    let signals = Signals::listen()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    context.report.step(Tone::Good, "serving", &format!("{scheme}://{listen}, as {}", wired.holder));
    ready(listen);
    supervisor::ready();
    let running = Served {
        wired: &wired,
        tls: tls.as_ref(),
        heard: &heard,
        courier: &courier,
        channels: &channels,
        metrics: &metrics,
    };
    watch(context, &running, signals, &shutdown, &engine).await;
    supervisor::stopping();
    shutdown.cancel();
    let ended = engine.await;
    match web.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "the server ended early"),
        Err(error) => tracing::error!(%error, "the server ended early"),
    }
    let _ = hearing.await;
    let _ = lookout.await;
    // the last answers wait for it
    rest.cancel();
    let _ = deliverer.await;
    telling.end(FAREWELL).await;
    match ended {
        Ok(Ok(())) => {
            context.report.step(Tone::Good, "stopped", "every lease was given up; what was active goes on elsewhere");
            Ok(Exit::Done)
        }
        Ok(Err(error)) => Err(stopped().because(&error)),
        Err(error) => Err(stopped().because(&error)),
    }
}

/// The certificate, where the configuration names one.
fn certificate(wired: &Wired) -> Result<Option<Tls>, Failure> {
    let (server, folder) = (&wired.config.server, &wired.config.folder);
    let load = |tls: &keybaton_config::Tls| Tls::load(&folder.join(&tls.certificate), &folder.join(&tls.key));
    server.tls.as_ref().map(load).transpose().map_err(|error| unusable(&error))
}

fn unusable(error: &TlsError) -> Failure {
    Failure::new(FailureKind::Usage, "the server's certificate cannot be used")
        .because(error)
        .safe("a certificate that was in use goes on; nothing was changed")
        .hint("[server] tls names the files of the chain and of its key, both as PEM")
}

/// The API over the same state.
fn server(wired: &Wired, delivery: Delivery, (channels, metrics): (Channels, Metrics)) -> Server {
    let store = &wired.state.store;
    let operations: Arc<dyn Operations> = Arc::new(wired.beside());
    let (tokens, store): (Arc<dyn Tokens>, Arc<dyn Store>) = (Arc::clone(store) as _, Arc::clone(store) as _);
    let desk = Arc::new(LocalDesk::new(Arc::clone(&store), Arc::clone(&tokens), wired.charges.clone()));
    let alerts = Arc::new(telling::desk(&wired.state, channels));
    Server::new(Parts { operations, desk, alerts, metrics, tokens, store, delivery }, Limits::default())
}

/// What Prometheus reads of the same state.
fn metrics(wired: &Wired, channels: Channels) -> Metrics {
    let store = &wired.state.store;
    let (store, outbox): (Arc<dyn Store>, Arc<dyn Outbox>) = (Arc::clone(store) as _, Arc::clone(store) as _);
    Metrics::new(Sources { store, outbox: Some(outbox), channels, charges: wired.charges.clone() })
}

/// What consumers get of the same secrets.
fn deliverer(wired: &Wired) -> (Delivery, Deliverer) {
    let (store, keyring) = (Arc::clone(&wired.state.store) as _, Arc::clone(&wired.state.keyring));
    Deliverer::new(store, keyring, Arc::clone(&wired.time), wired.charges.clone())
}

/// What is listened to beside consumers' own reports.
async fn hear(context: Context<'_>, wired: &Wired) -> Result<(Heard, Listener), Failure> {
    let store: Arc<dyn Store> = Arc::clone(&wired.state.store) as _;
    let watched = signal::watched(&wired.config, &wired.state, context.report).await?;
    Ok(Listener::new(store, Arc::clone(&wired.time), watched))
}

fn service(wired: &Wired, store: Arc<dyn Store>, told: Arc<Notify>) -> Service {
    let (keyring, time) = (Arc::clone(&wired.state.keyring), Arc::clone(&wired.time));
    let holder = wired.holder.clone();
    let driver =
        Driver::new(Arc::clone(&store), keyring, Arc::clone(&time), holder.clone(), Presence::Stays).telling(told);
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

/// What a new configuration replaces while we serve.
struct Served<'a> {
    wired: &'a Wired,
    tls: Option<&'a Tls>,
    heard: &'a Heard,
    courier: &'a Courier,
    channels: &'a Channels,
    metrics: &'a Metrics,
}

/// Waits for the end, and reads the configuration again on SIGHUP: an invalid one never replaces a running one.
async fn watch<T>(
    context: Context<'_>,
    served: &Served<'_>,
    mut signals: Signals,
    shutdown: &CancellationToken,
    engine: &tokio::task::JoinHandle<T>,
) {
    let mut alive = tokio::time::interval(std::time::Duration::from_secs(1));
    let mut settled = std::pin::pin!(tokio::time::sleep(SETTLED));
    let mut is_settled = false;
    loop {
        tokio::select! {
            _ = signals.interrupt.recv() => return,
            _ = signals.terminate.recv() => return,
            () = shutdown.cancelled() => return,
            _ = alive.tick() => if engine.is_finished() { return } else { supervisor::alive() },
            () = &mut settled, if !is_settled => {
                is_settled = true;
                served.courier.end_lapse().await;
            }
            _ = signals.hangup.recv() => reload(context, served).await,
        }
    }
}

async fn reload(context: Context<'_>, served: &Served<'_>) {
    let wired = served.wired;
    if let Err(failure) = supervisor::reloading() {
        context.report.failure(&failure);
    }
    if let Some(Err(error)) = served.tls.map(Tls::reload) {
        context.report.failure(&unusable(&error));
    }
    let read = async {
        let config = load(context.global, context.report)?;
        let board = board(&config, &wired.state, context.report, Unready::Refused).await?;
        let watched = signal::watched(&config, &wired.state, context.report).await?;
        Ok::<_, Failure>((charges(&config, &wired.state, context.report, Reach::World).await?, board, watched))
    };
    match read.await {
        Ok((charges, board, watched)) => {
            served.channels.replace(board);
            served.heard.replace(watched);
            context.report.step(Tone::Good, "reloaded", &format!("{} secrets", charges.len()));
            wired.charges.replace(charges.into_iter().map(|charge| served.metrics.watch(charge)));
        }
        Err(failure) => {
            context.report.failure(&failure);
            context.report.words("The configuration that was running goes on.");
        }
    }
    supervisor::ready();
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
