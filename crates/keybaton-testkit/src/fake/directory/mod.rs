//! A directory of Entra ID with one application, and the services around it, over TLS: tokens by client credentials, and the
//! passwords of the application through Microsoft Graph. Replicas that lag, throttling and lost answers are by the test's hand.

mod answer;
mod desk;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use tokio::task::JoinHandle;

pub(in crate::fake) use answer::{fields, granted, invalid_client};
pub use desk::{DirectoryDesk, DirectoryMode, Owner, Password};

use crate::server::{Secure, SecureListener};

/// The directory.
pub const TENANT: &str = "72f988bf-0000-4000-8000-2d7cd011db47";

/// The application whose passwords are rotated.
pub const APPLICATION: &str = "11111111-0000-4000-8000-000000000001";

/// Who keybaton itself is.
pub const OWN: &str = "22222222-0000-4000-8000-000000000002";

/// What keybaton itself logs in with.
pub const OWN_SECRET: &str = "own~secret.of.keybaton";

/// What the services and their requests share.
#[derive(Clone)]
struct Shared(Arc<Mutex<DirectoryDesk>>);

impl Shared {
    fn desk(&self) -> MutexGuard<'_, DirectoryDesk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running directory; it ends when dropped.
pub struct Directory {
    shared: Shared,
    port: u16,
    task: JoinHandle<()>,
}

impl Drop for Directory {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Directory {
    /// Listens on loopback; the authority that vouches for it is written into this file.
    pub async fn start(authority: &Path) -> Self {
        let listener = SecureListener::bind(&Secure::new(authority)).await;
        let shared = Shared(Arc::new(Mutex::new(DirectoryDesk::new())));
        let port = listener.port();
        let router = Router::new().fallback(answer::answer).with_state(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("serve") });
        Self { shared, port, task }
    }

    /// The address of everything.
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it knows, and how it behaves.
    pub fn desk(&self) -> MutexGuard<'_, DirectoryDesk> {
        self.shared.desk()
    }

    /// Behaves like this from now on.
    pub fn behave(&self, mode: DirectoryMode) {
        self.desk().mode = mode;
    }

    /// Lets time pass for its replicas.
    pub fn pass(&self, span: Duration) {
        self.desk().clock += span;
    }

    /// Whether the application may log in with this password.
    pub fn lets_in(&self, secret: &str) -> bool {
        self.desk().lets_in(secret)
    }
}
