//! A storage account of Azure with its two keys, over TLS: tokens by client credentials, Azure Resource Manager, and the list of
//! a storage service for whoever signs with a key. Replicas that lag, throttling and lost answers are by the test's hand.

mod answer;
mod desk;
mod signed;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use tokio::task::JoinHandle;

pub use desk::{Door, StorageDesk, StorageMode, StorageRights};

use crate::server::{Secure, SecureListener};

/// The name of the account.
pub const ACCOUNT: &str = "acmephotos";

/// Its resource group.
pub const GROUP: &str = "rg-photos";

/// Its subscription.
pub const SUBSCRIPTION: &str = "33333333-0000-4000-8000-000000000003";

/// What the services and their requests share.
#[derive(Clone)]
struct Shared(Arc<Mutex<StorageDesk>>);

impl Shared {
    fn desk(&self) -> MutexGuard<'_, StorageDesk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running storage account; it ends when dropped.
pub struct StorageAccount {
    shared: Shared,
    port: u16,
    task: JoinHandle<()>,
}

impl Drop for StorageAccount {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl StorageAccount {
    /// Listens on loopback; the authority that vouches for it is written into this file.
    pub async fn start(authority: &Path) -> Self {
        let listener = SecureListener::bind(&Secure::new(authority)).await;
        let shared = Shared(Arc::new(Mutex::new(StorageDesk::new())));
        let port = listener.port();
        let router = Router::new().fallback(answer::answer).with_state(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("serve") });
        Self { shared, port, task }
    }

    /// The address of Azure Resource Manager, and of logins.
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// The address of the storage service.
    pub fn endpoint(&self) -> String {
        format!("{}/{ACCOUNT}", self.url())
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What it knows, and how it behaves.
    pub fn desk(&self) -> MutexGuard<'_, StorageDesk> {
        self.shared.desk()
    }

    /// Behaves like this from now on.
    pub fn behave(&self, mode: StorageMode) {
        self.desk().mode = mode;
    }

    /// Lets time pass for its replicas.
    pub fn pass(&self, span: Duration) {
        self.desk().pass(span);
    }
}
