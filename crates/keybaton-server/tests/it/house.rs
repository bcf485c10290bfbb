//! A running server over a ledger in memory.

use std::{net::SocketAddr, sync::Arc};

use keybaton_engine::{Charges, Local, RealTime};
use keybaton_ports::Store;
use keybaton_seal::{Keyring, MasterKey};
use keybaton_server::{Limits, Parts, Server};
use keybaton_store::{ManualClock, Memory};
use keybaton_types::{Installation, Timestamp};
use reqwest::{Client, RequestBuilder};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// A running server.
pub(crate) struct House {
    pub(crate) address: SocketAddr,
    pub(crate) stop: CancellationToken,
    running: JoinHandle<std::io::Result<()>>,
    client: Client,
}

impl House {
    /// Starts it.
    pub(crate) async fn new() -> Self {
        Self::with(Limits::default()).await
    }

    /// Starts it with these limits.
    pub(crate) async fn with(limits: Limits) -> Self {
        let installation = Installation("ab12".to_owned());
        let keyring = Keyring::new(&MasterKey::generate().unwrap(), &installation).unwrap();
        let store = Memory::new(installation, Arc::new(ManualClock::new(Timestamp(1_000_000_000))));
        let state: Arc<dyn Store> = Arc::new(store.clone());
        let time = Arc::new(RealTime::new());
        let local = Local::new(Arc::clone(&state), Arc::new(keyring), time, Charges::default(), "test");
        let parts = Parts { operations: Arc::new(local), tokens: Arc::new(store), store: state };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let running = tokio::spawn(Server::new(parts, limits).run(listener, stop.clone()));
        Self { address, stop, running, client: Client::builder().no_proxy().build().unwrap() }
    }

    /// A request for a path.
    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("http://{}{path}", self.address))
    }

    /// Tells the server to stop, and waits until it has.
    pub(crate) async fn end(self) {
        self.stop.cancel();
        self.running.await.unwrap().unwrap();
    }
}
