//! How many requests somebody sends, told by connections: our connectors, and the raw client that is counted, open one each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};

use crate::Outcome;

/// A port on loopback that leads to another one.
pub(crate) struct Counter {
    pub(crate) port: u16,
    connections: Arc<AtomicU64>,
}

impl Counter {
    pub(crate) async fn before(server: u16) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (port, connections) = (listener.local_addr()?.port(), Arc::new(AtomicU64::new(0)));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    if let Ok(mut server) = TcpStream::connect(("127.0.0.1", server)).await {
                        drop(copy_bidirectional(&mut client, &mut server).await);
                    }
                });
            }
        });
        Ok(Self { port, connections })
    }

    /// The connections since the last time this was asked.
    pub(crate) fn take(&self) -> u64 {
        self.connections.swap(0, Ordering::SeqCst)
    }
}
