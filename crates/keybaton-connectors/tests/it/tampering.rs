//! A way to a server on which somebody does something just before a request of some number arrives, or cuts it.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::cutting::Lost;

/// A port on loopback that forwards to another one.
pub(crate) struct Tampering {
    pub(crate) port: u16,
    done: Arc<AtomicBool>,
}

impl Tampering {
    /// Does it before the connection of this number, from zero: whoever opens one for each request is met between two.
    pub(crate) async fn before(server: u16, request: usize, deed: impl FnOnce() + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let done = Arc::new(AtomicBool::new(false));
        let (told, mut deed) = (Arc::clone(&done), Some(deed));
        tokio::spawn(async move {
            let mut count = 0;
            while let Ok((mut client, _)) = listener.accept().await {
                if count == request
                    && let Some(deed) = deed.take()
                {
                    deed();
                    told.store(true, Ordering::SeqCst);
                }
                count += 1;
                let mut server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                tokio::spawn(async move {
                    let _ = copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
        Self { port, done }
    }

    /// Cuts the connection of this number, from zero: before the server hears of it, or before its answer gets through.
    pub(crate) async fn cut(server: u16, request: usize, lost: Lost) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let done = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&done);
        tokio::spawn(async move {
            let mut count = 0;
            while let Ok((mut client, _)) = listener.accept().await {
                let here = count == request;
                count += 1;
                told.fetch_or(here, Ordering::SeqCst);
                let mut server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                tokio::spawn(async move {
                    let mut bytes = vec![0; 64 << 10];
                    match lost {
                        _ if !here => drop(copy_bidirectional(&mut client, &mut server).await),
                        // What was asked is read and dropped.
                        Lost::Message => drop(client.read(&mut bytes).await),
                        Lost::Answer => {
                            let length = client.read(&mut bytes).await.unwrap();
                            server.write_all(&bytes[..length]).await.unwrap();
                            let _ = server.read(&mut bytes).await;
                        }
                    }
                });
            }
        });
        Self { port, done }
    }

    /// Says whether it was done.
    pub(crate) fn told(&self) -> Box<dyn Fn() -> bool + Send> {
        let done = Arc::clone(&self.done);
        Box::new(move || done.load(Ordering::SeqCst))
    }
}
