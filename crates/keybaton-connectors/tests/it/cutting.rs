//! A network that loses things: it forwards so many messages of a client to the real server, and cuts the connection
//! at the next one, before it or behind it.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Where the connection is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The message never arrives.
    Message,
    /// The message arrives, and its answer is lost.
    Answer,
}

/// A port on loopback that forwards to another one.
pub(crate) struct Cutting {
    pub(crate) port: u16,
    cut: Arc<AtomicBool>,
}

impl Cutting {
    /// Cuts every connection at the message of this number, counted from zero.
    pub(crate) async fn at(server: u16, message: usize, lost: Lost) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let cut = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&cut);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
                if forward(client, server, message, lost).await {
                    told.store(true, Ordering::SeqCst);
                }
            }
        });
        Self { port, cut }
    }

    /// Whether a connection came so far.
    pub(crate) fn was_cut(&self) -> bool {
        self.cut.load(Ordering::SeqCst)
    }
}

/// Forwards one connection, and says whether it was cut. A client that waits for each answer sends one message at a
/// time, so that what is read at once is one.
async fn forward(mut client: TcpStream, mut server: TcpStream, message: usize, lost: Lost) -> bool {
    let (mut asked, mut answered) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    let mut messages = 0;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => match read {
                Ok(length @ 1..) if messages < message => {
                    messages += 1;
                    server.write_all(&asked[..length]).await.unwrap();
                }
                Ok(length @ 1..) => {
                    if lost == Lost::Answer {
                        server.write_all(&asked[..length]).await.unwrap();
                        // The answer shows that the message was carried out; it goes no further.
                        let _ = server.read(&mut answered).await.unwrap();
                    }
                    return true;
                }
                _ => return false,
            },
            read = server.read(&mut answered) => match read {
                Ok(length @ 1..) => client.write_all(&answered[..length]).await.unwrap(),
                _ => return false,
            },
        }
    }
}

/// A port on loopback that forwards one connection to another one, and holds one message until it is told to go on.
pub(crate) struct Holding {
    pub(crate) port: u16,
    arrived: Arc<Notify>,
    go: Arc<Notify>,
}

impl Holding {
    /// Holds the message of this number, counted from zero.
    pub(crate) async fn at(server: u16, message: usize) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (arrived, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (tell, wait) = (Arc::clone(&arrived), Arc::clone(&go));
        tokio::spawn(async move {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
            let (mut asked, mut answered) = (vec![0; 64 << 10], vec![0; 64 << 10]);
            let mut messages = 0;
            loop {
                tokio::select! {
                    read = client.read(&mut asked) => {
                        let Ok(length @ 1..) = read else { return };
                        if messages == message {
                            tell.notify_one();
                            wait.notified().await;
                        }
                        messages += 1;
                        server.write_all(&asked[..length]).await.unwrap();
                    }
                    read = server.read(&mut answered) => {
                        let Ok(length @ 1..) = read else { return };
                        client.write_all(&answered[..length]).await.unwrap();
                    }
                }
            }
        });
        Self { port, arrived, go }
    }

    /// Waits until the message is held.
    pub(crate) async fn arrived(&self) {
        self.arrived.notified().await;
    }

    /// Lets the message go on.
    pub(crate) fn go_on(&self) {
        self.go.notify_one();
    }
}
