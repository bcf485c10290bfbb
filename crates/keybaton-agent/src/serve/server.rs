//! The listener: takes connections, shows each request to the door, and lets it be answered.

use std::future::poll_fn;
use std::os::unix::fs::PermissionsExt as _;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Poll, Waker};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use keybaton_client::Client;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::answer::{self, Answer};
use super::answering::Answering;
use super::desk::Desk;
use super::door::{Door, Peers};
use super::evidence::{self, Evidence};
use super::listen::{Listen, Listener};
use super::patience::{Heard, Patience};
use super::router::{again, route};
use super::seat::{Peer, Seat};
use crate::file::Mode;

/// The most connections at once; more of them wait.
const CONNECTIONS: usize = 8192;

/// How often the token is read again.
const REFRESH: Duration = Duration::from_secs(5);

/// The agent could not listen.
#[derive(Debug, thiserror::Error)]
#[error("{listen} cannot be listened on")]
pub struct Error {
    /// Where.
    pub listen: Listen,
    /// What the operating system said.
    #[source]
    pub source: std::io::Error,
}

/// A local API that is being served.
pub struct Serving {
    /// Where; with the port that was taken, when none was asked for.
    pub listen: Listen,
    stop: CancellationToken,
    ends: Arc<AtomicBool>,
    door: Arc<Door>,
    work: JoinHandle<()>,
}

/// Serves what a client reads.
pub async fn serve(client: Client, listen: &Listen, mode: Mode, door: Door) -> Result<Serving, Error> {
    let bound = Listener::bind(listen, mode).await;
    let (listener, listen) = bound.map_err(|source| Error { listen: listen.clone(), source })?;
    let stop = CancellationToken::new();
    let (evidence, waiting) = Evidence::new();
    let desk = Arc::new(Desk::new(client, evidence));
    let (door, ends, tasks) = (Arc::new(door), Arc::<AtomicBool>::default(), TaskTracker::new());
    let house = House { desk, door, port: port(&listen), stop: stop.clone(), ends: Arc::clone(&ends), tasks };
    let door = Arc::clone(&house.door);
    let telling = tokio::spawn(evidence::tell(waiting));
    let work = tokio::spawn(async move {
        house.accept(listener).await;
        telling.abort();
    });
    Ok(Serving { listen, stop, ends, door, work })
}

impl Serving {
    /// From now on these may read over the socket, and it has this mode. On loopback nothing changes.
    pub fn change(&self, peers: Peers, mode: Mode) -> Result<(), Error> {
        self.door.change(peers);
        let Listen::Socket(path) = &self.listen else { return Ok(()) };
        let changed = std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode.bits()));
        changed.map_err(|source| Error { listen: self.listen.clone(), source })
    }

    /// Ends in order: what is being answered is answered.
    pub async fn end(self) {
        // whoever is woken by the second looks at the first
        self.ends.store(true, Ordering::Release);
        self.stop.cancel();
        let _ = self.work.await;
        if let Listen::Socket(path) = &self.listen {
            let _ = std::fs::remove_file(path);
        }
    }
}

fn port(listen: &Listen) -> u16 {
    match listen {
        Listen::Loopback(address) => address.port(),
        Listen::Socket(_) => 0,
    }
}

#[derive(Clone)]
struct House {
    desk: Arc<Desk>,
    door: Arc<Door>,
    port: u16,
    stop: CancellationToken,
    /// The same as `stop`, for those who look at every request: they share no lock.
    ends: Arc<AtomicBool>,
    tasks: TaskTracker,
}

impl House {
    async fn accept(self, listener: Listener) {
        let (room, mut refresh) = (Arc::new(Semaphore::new(CONNECTIONS)), tokio::time::interval(REFRESH));
        loop {
            let permit = self.stop.run_until_cancelled(Arc::clone(&room).acquire_owned()).await;
            let Some(Ok(permit)) = permit else { break };
            tokio::select! {
                () = self.stop.cancelled() => break,
                _ = refresh.tick() => self.door.refresh(),
                taken = self.take(&listener, permit) => if let Err(error) = taken {
                    tracing::warn!(%error, "a connection was not taken");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                },
            }
        }
        self.tasks.close();
        let _ = tokio::time::timeout(Duration::from_secs(2), self.tasks.wait()).await;
    }

    async fn take(&self, listener: &Listener, permit: OwnedSemaphorePermit) -> std::io::Result<()> {
        match listener {
            Listener::Loopback(listener) => {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                self.serve(stream, Seat::on_loopback(), permit);
            }
            Listener::Socket(listener) => {
                let (stream, _) = listener.accept().await?;
                let seat = Seat::of(Peer::from(stream.peer_cred()?));
                self.serve(stream, seat, permit);
            }
        }
        Ok(())
    }

    fn serve(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        seat: Seat,
        permit: OwnedSemaphorePermit,
    ) {
        let house = self.clone();
        self.tasks.spawn(async move {
            let (heard, mut patience) = (Heard::default(), Patience::new());
            let service = service_fn(|request| house.answer(request, &seat, &heard));
            let mut connection = pin!(plain().serve_connection(TokioIo::new(stream), service));
            let (mut end, mut known) = (pin!(house.stop.cancelled()), None::<Waker>);
            let mut is_ending = false;
            let _ = poll_fn(|context| {
                // the end wakes this task, which has one waker for life: it is waited for once, not at every request
                if !known.as_ref().is_some_and(|known| known.will_wake(context.waker())) {
                    known = Some(context.waker().clone());
                    let _ = end.as_mut().poll(context);
                    patience.watch(context);
                }
                if patience.is_over(&heard, context) {
                    return Poll::Ready(Ok(()));
                }
                if !is_ending && house.ends.load(Ordering::Acquire) {
                    is_ending = true;
                    connection.as_mut().graceful_shutdown();
                }
                connection.as_mut().poll(context)
            })
            .await;
            drop(permit);
        });
    }

    fn answer<'a>(&'a self, request: Request<Incoming>, seat: &'a Seat, heard: &'a Heard) -> Answering<'a> {
        heard.request();
        match self.door.admits(request.headers(), request.uri(), self.port, seat.peer.as_ref()) {
            Ok(()) => match again(&self.desk, &request, seat) {
                Some(answer) => Answering::now(answer),
                None => Answering::Later(Box::pin(async move {
                    let _busy = heard.answering();
                    route(&self.desk, request, seat).await
                })),
            },
            Err(status) => Answering::now(unwelcome(status)),
        }
    }
}

fn unwelcome(status: StatusCode) -> Answer {
    let (kind, title, hint) = match status {
        StatusCode::UNAUTHORIZED => (
            "unauthorized",
            "the access token is missing or wrong",
            Some("send the token of --token-file as `Authorization: Bearer TOKEN`"),
        ),
        StatusCode::FORBIDDEN => (
            "peer",
            "this user may not read here",
            Some("the configuration of the agent lists users and groups under [listen]"),
        ),
        _ => ("misdirected", "this was not meant for an agent on loopback", None),
    };
    answer::problem(status, kind, title, hint)
}

fn plain() -> http1::Builder {
    let mut plain = http1::Builder::new();
    plain.max_buf_size(64 * 1024);
    plain
}
