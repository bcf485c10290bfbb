//! The listener: takes connections, shows each request to the door, and lets it be answered.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use keybaton_client::Client;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::answer::{self, Answer};
use super::desk::Desk;
use super::door::Door;
use super::evidence::{self, Evidence};
use super::listen::{Listen, Listener};
use super::router::route;
use crate::file::Mode;

/// The most connections at once; more of them wait.
const CONNECTIONS: usize = 8192;

/// How long a connection may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(30);

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
    work: JoinHandle<()>,
}

/// Serves what a client reads.
pub async fn serve(client: Client, listen: &Listen, mode: Mode, door: Door) -> Result<Serving, Error> {
    let bound = Listener::bind(listen, mode).await;
    let (listener, listen) = bound.map_err(|source| Error { listen: listen.clone(), source })?;
    let stop = CancellationToken::new();
    let (evidence, waiting) = Evidence::new();
    let desk = Arc::new(Desk::new(client, evidence));
    let house =
        House { desk, door: Arc::new(door), port: port(&listen), stop: stop.clone(), tasks: TaskTracker::new() };
    let telling = tokio::spawn(evidence::tell(waiting));
    let work = tokio::spawn(async move {
        house.accept(listener).await;
        telling.abort();
    });
    Ok(Serving { listen, stop, work })
}

impl Serving {
    /// Ends in order: what is being answered is answered.
    pub async fn end(self) {
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
    tasks: TaskTracker,
}

impl House {
    async fn accept(self, listener: Listener) {
        let (room, mut refresh) = (Arc::new(Semaphore::new(CONNECTIONS)), tokio::time::interval(REFRESH));
        loop {
            let Ok(permit) = Arc::clone(&room).acquire_owned().await else { break };
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
                self.serve(stream, "local".to_owned(), permit);
            }
            Listener::Socket(listener) => {
                let (stream, _) = listener.accept().await?;
                let peer = stream.peer_cred()?;
                let admitted = matches!(&*self.door, Door::Peers(peers) if peers.admits(peer));
                if admitted {
                    self.serve(stream, format!("local.uid{}", peer.uid()), permit);
                } else {
                    self.tasks.spawn(self.clone().refuse(stream, permit));
                }
            }
        }
        Ok(())
    }

    fn serve(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        reader: String,
        permit: OwnedSemaphorePermit,
    ) {
        let house = self.clone();
        self.tasks.spawn(async move {
            let service = service_fn(|request| house.answer(request, &reader));
            let connection = plain().serve_connection(TokioIo::new(stream), service);
            tokio::pin!(connection);
            tokio::select! {
                _ = connection.as_mut() => {}
                () = house.stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
            drop(permit);
        });
    }

    async fn answer(&self, request: Request<Incoming>, reader: &str) -> Result<Answer, Infallible> {
        Ok(match self.door.admits(request.headers(), request.uri(), self.port) {
            Ok(()) => route(&self.desk, request, reader).await,
            Err(StatusCode::UNAUTHORIZED) => {
                let hint = "send the token of --token-file as `Authorization: Bearer TOKEN`";
                answer::problem(
                    StatusCode::UNAUTHORIZED,
                    "unauthorized",
                    "the access token is missing or wrong",
                    Some(hint),
                )
            }
            Err(status) => answer::problem(status, "misdirected", "this was not meant for an agent on loopback", None),
        })
    }

    /// Says to whoever may not connect that it may not.
    async fn refuse(self, stream: tokio::net::UnixStream, permit: OwnedSemaphorePermit) {
        let service = service_fn(|_: Request<Incoming>| async {
            let hint = "the configuration of the agent lists users and groups under [listen]";
            let refusal = answer::problem(StatusCode::FORBIDDEN, "peer", "this user may not read here", Some(hint));
            Ok::<_, Infallible>(refusal)
        });
        let mut plain = plain();
        let connection = plain.keep_alive(false).serve_connection(TokioIo::new(stream), service);
        let _ = tokio::time::timeout(PATIENCE, connection).await;
        drop(permit);
    }
}

fn plain() -> http1::Builder {
    let mut plain = http1::Builder::new();
    plain.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(64 * 1024);
    plain
}
