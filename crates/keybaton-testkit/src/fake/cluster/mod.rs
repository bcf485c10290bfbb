//! A cluster of Kubernetes as its API server shows it: objects with versions, field managers and server-side apply,
//! selectors and pages, who may do what, and pods that come and go. It is spoken to over HTTP or TLS as the true one is,
//! and can be made to refuse, throttle and hang. `tests/it/cluster.rs` asks it by the client that operators are written with.

mod answer;
mod desk;
mod field;
mod object;
mod select;
mod status;
mod workload;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

pub use desk::{ClusterDesk, ClusterMode};
use desk::{Key, decoded};

use crate::server::{Secure, SecureListener};

/// The only namespace.
pub const NAMESPACE: &str = "shop";

/// No condition of a test takes longer to come about, however busy the machine is.
const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody else who writes by hand.
const PERSON: &str = "kubectl-edit";

/// What the server and its requests share.
#[derive(Clone)]
struct Shared {
    desk: Arc<Mutex<ClusterDesk>>,
    answered: watch::Sender<u64>,
}

impl Shared {
    fn new(token: &str) -> Self {
        let desk = ClusterDesk::new(NAMESPACE, token);
        Self { desk: Arc::new(Mutex::new(desk)), answered: watch::Sender::new(0) }
    }

    fn desk(&self) -> MutexGuard<'_, ClusterDesk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running cluster; it ends when dropped.
pub struct Cluster {
    shared: Shared,
    port: u16,
    scheme: &'static str,
    task: Option<JoinHandle<()>>,
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

impl Cluster {
    /// An API server on loopback that lets this token in.
    pub async fn start(token: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind a port of loopback");
        Self::over(Shared::new(token), listener)
    }

    /// The same over TLS; the authority that vouches for it is written into this file.
    pub async fn with_tls(token: &str, authority: &Path) -> Self {
        let secure = Secure::new(authority);
        let listener = SecureListener::bind(&secure).await;
        let shared = Shared::new(token);
        let (port, router) = (listener.port(), router(&shared));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("serve") });
        Self { shared, port, scheme: "https", task: Some(task) }
    }

    fn over(shared: Shared, listener: TcpListener) -> Self {
        let port = listener.local_addr().expect("a bound socket has an address").port();
        let router = router(&shared);
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("serve") });
        Self { shared, port, scheme: "http", task: Some(task) }
    }

    /// The address.
    pub fn url(&self) -> String {
        format!("{}://127.0.0.1:{}", self.scheme, self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it holds, and how it behaves.
    pub fn desk(&self) -> MutexGuard<'_, ClusterDesk> {
        self.shared.desk()
    }

    /// Behaves like this from now on.
    pub fn behave(&self, mode: ClusterMode) {
        self.desk().mode = mode;
    }

    /// Lets nobody do this with a resource.
    pub fn forbid(&self, verb: &'static str, resource: &'static str) {
        self.desk().forbidden.insert((verb, resource));
    }

    /// An object as it is answered; none where it is not there.
    pub fn object(&self, resource: &str, name: &str) -> Option<Value> {
        self.desk().read(&Key::new(resource, NAMESPACE, name)).ok()
    }

    /// What a consumer reads in a Secret.
    pub fn value(&self, name: &str, field: &str) -> Option<Vec<u8>> {
        decoded(self.object("secrets", name)?["data"][field].as_str()?)
    }

    /// Somebody writes fields of a Secret by hand, over whatever is there; the others stay.
    pub fn write(&self, name: &str, fields: &[(&str, &str)]) {
        let data: Value = fields
            .iter()
            .map(|(field, text)| ((*field).to_owned(), Value::String(data_encoding::BASE64.encode(text.as_bytes()))))
            .collect::<serde_json::Map<_, _>>()
            .into();
        self.edit("secrets", name, &json!({ "data": data }));
    }

    /// Somebody changes an object by hand, by a merge patch; one that is not there is made.
    pub fn edit(&self, resource: &str, name: &str, patch: &Value) {
        let (mut desk, key) = (self.desk(), Key::new(resource, NAMESPACE, name));
        let written = if let Ok(mut value) = desk.read(&key) {
            object::merge(&mut value, patch);
            desk.replace(&key, value, PERSON)
        } else {
            let mut value = json!({ "metadata": { "name": name } });
            object::merge(&mut value, patch);
            desk.create(&key, &value, PERSON)
        };
        written.unwrap_or_else(|refusal| panic!("{refusal:?}"));
    }

    /// Makes an immutable Secret as it was before: no API can, and a test needs it to go on.
    pub fn thaw(&self, name: &str) {
        self.desk().thaw(&Key::new("secrets", NAMESPACE, name));
    }

    /// Somebody deletes an object.
    pub fn delete(&self, resource: &str, name: &str) {
        let deleted = self.desk().delete(&Key::new(resource, NAMESPACE, name));
        deleted.unwrap_or_else(|refusal| panic!("{refusal:?}"));
    }

    /// Waits until something is true, and looks whenever a request was answered.
    pub async fn until(&self, what: &str, mut is_true: impl FnMut() -> bool) {
        let mut answered = self.shared.answered.subscribe();
        let waited = tokio::time::timeout(PATIENCE, async {
            while !is_true() {
                answered.changed().await.expect("the cluster is there");
            }
        });
        assert!(waited.await.is_ok(), "not within {PATIENCE:?}: {what}\n{:#?}", self.desk().requests);
    }

    /// Is gone, with every connection.
    pub async fn shut(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
            let _ = task.await;
        }
    }

    /// Listens again, at the same place as before.
    pub async fn open(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.expect("bind the port of before");
        let again = Self::over(self.shared.clone(), listener);
        *self = again;
    }
}

fn router(shared: &Shared) -> Router {
    Router::new().fallback(answer::answer).with_state(shared.clone())
}
