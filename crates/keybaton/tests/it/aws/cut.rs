//! A way to an emulator on which the answer to one action is lost once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A port on loopback that forwards to another one.
pub(super) struct Cut {
    pub(super) port: u16,
    done: Arc<AtomicBool>,
}

impl Cut {
    /// Loses the first answer to this action.
    pub(super) async fn at(server: u16, action: &'static str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let done = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&done);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, server, action, Arc::clone(&told)));
            }
        });
        Self { port, done }
    }

    /// Whether an answer was lost.
    pub(super) fn was_cut(&self) -> bool {
        self.done.load(Ordering::SeqCst)
    }
}

/// Forwards one request and its answer; whoever opens a connection for each request sends no second one.
async fn forward(mut client: TcpStream, server: u16, action: &str, done: Arc<AtomicBool>) {
    let Some(asked) = request(&mut client).await else { return };
    let mut server = TcpStream::connect(("127.0.0.1", server)).await.unwrap();
    server.write_all(&asked).await.unwrap();
    let about = String::from_utf8_lossy(&asked).contains(&format!("Action={action}&"));
    if about && !done.swap(true, Ordering::SeqCst) {
        // The answer shows that it was carried out; it goes no further.
        let _ = server.read(&mut [0; 4096]).await;
        return;
    }
    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
}

/// One whole request.
async fn request(client: &mut TcpStream) -> Option<Vec<u8>> {
    let (mut asked, mut bytes) = (Vec::new(), [0; 4096]);
    loop {
        let length = client.read(&mut bytes).await.ok().filter(|length| *length > 0)?;
        asked.extend_from_slice(&bytes[..length]);
        let text = String::from_utf8_lossy(&asked).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let wanted = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        if body.len() >= wanted.unwrap_or(0) {
            return Some(asked);
        }
    }
}
