//! A fake keybaton with true semantics of the wire: tags, held requests, sightings. It can be made to fail, to hang, and
//! to go away and come back at the same place. For readers: the client library, the agent and `run`.

mod answer;
mod desk;
mod served;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use keybaton_types::wire::{Kind, Sighted};
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use desk::{Read, ServerDesk, ServerMode};
pub use served::Served;

/// The secret that is served from the start, in version 1.
pub const SECRET: &str = "payments/prod";

/// No condition of a test takes longer to come about, however busy the machine is.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the server and its requests share.
#[derive(Clone)]
pub(crate) struct Shared {
    desk: Arc<Mutex<ServerDesk>>,
    changed: watch::Sender<u64>,
}

impl Shared {
    fn desk(&self) -> MutexGuard<'_, ServerDesk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring(&self) {
        self.changed.send_modify(|count| *count += 1);
    }
}

enum Place {
    Loopback(SocketAddr),
    Socket(PathBuf),
}

/// A running fake.
pub struct FakeServer {
    shared: Shared,
    place: Place,
    task: Option<JoinHandle<()>>,
}

impl Drop for FakeServer {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

impl FakeServer {
    /// Serves version 1 of [`SECRET`] on loopback to whoever shows this token.
    pub async fn start(token: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind a port of loopback");
        let address = listener.local_addr().expect("a bound socket has an address");
        let shared = Shared { desk: Arc::new(Mutex::new(ServerDesk::new(token))), changed: watch::Sender::new(0) };
        let router = answer::router(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("serve") });
        Self { shared, place: Place::Loopback(address), task: Some(task) }
    }

    /// The same on a unix socket.
    pub fn start_on(socket: &Path, token: &str) -> Self {
        let listener = UnixListener::bind(socket).expect("bind a socket");
        let shared = Shared { desk: Arc::new(Mutex::new(ServerDesk::new(token))), changed: watch::Sender::new(0) };
        let router = answer::router(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("serve") });
        Self { shared, place: Place::Socket(socket.to_owned()), task: Some(task) }
    }

    /// Where it is, as a reader writes it.
    pub fn url(&self) -> String {
        match &self.place {
            Place::Loopback(address) => format!("http://{address}"),
            Place::Socket(path) => format!("unix:{}", path.display()),
        }
    }

    /// Is gone, with every connection.
    pub async fn shut(&mut self) {
        if let Some(task) = self.task.take() {
            self.behave(ServerMode::Status(503));
            task.abort();
            let _ = task.await;
        }
    }

    /// Listens again, at the same place as before.
    pub async fn open(&mut self) {
        let Place::Loopback(address) = self.place else { panic!("a socket is not opened again") };
        let listener = TcpListener::bind(address).await.expect("bind the port of before");
        let router = answer::router(self.shared.clone());
        self.task = Some(tokio::spawn(async move { axum::serve(listener, router).await.expect("serve") }));
    }

    /// What came, and what is served. Whoever waits does not hear of what is changed here: see [`FakeServer::change`].
    pub fn desk(&self) -> MutexGuard<'_, ServerDesk> {
        self.shared.desk()
    }

    /// Changes something; whoever waits for news looks again.
    pub fn change(&self, change: impl FnOnce(&mut ServerDesk)) {
        change(&mut self.desk());
        self.shared.ring();
    }

    /// Behaves like this from now on.
    pub fn behave(&self, mode: ServerMode) {
        self.change(|desk| desk.mode = mode);
    }

    /// Serves something else of [`SECRET`].
    pub fn serve(&self, served: Served) {
        self.change(|desk| drop(desk.served.insert(SECRET.to_owned(), served)));
    }

    /// Reads so far, those that were held back too.
    pub fn reads(&self) -> usize {
        self.desk().reads.len()
    }

    /// Every sighting of a version so far.
    pub fn seen(&self, version: u64) -> Vec<Kind> {
        let mine = |(_, _, seen): &(String, String, Sighted)| (seen.version.0 == version).then_some(seen.kind);
        self.desk().sightings.iter().filter_map(mine).collect()
    }

    /// All results of a version so far: ok, unauthorized, forbidden.
    pub fn counted(&self, version: u64) -> (u64, u64, u64) {
        let desk = self.desk();
        let mine = desk.results.iter().map(|(_, _, results)| results).filter(|results| results.version.0 == version);
        mine.fold((0, 0, 0), |sum, r| (sum.0 + r.ok, sum.1 + r.unauthorized, sum.2 + r.forbidden))
    }

    /// Waits until something is true, and looks whenever anything happened here.
    pub async fn until(&self, what: &str, mut is_true: impl FnMut() -> bool) {
        let mut changed = self.shared.changed.subscribe();
        let waited = tokio::time::timeout(PATIENCE, async {
            while !is_true() {
                changed.changed().await.expect("the fake is there");
            }
        });
        if waited.await.is_err() {
            let desk = self.desk();
            panic!("not within {PATIENCE:?}: {what}\n{:?}\n{:?}\n{:?}", desk.reads, desk.sightings, desk.results);
        }
    }
}
