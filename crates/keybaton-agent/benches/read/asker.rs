//! One connection that asks: HTTP/1.1 without a library, so that the asking costs little.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

use crate::{Bad, TOKEN};

/// How long one who was told to come again waits; the agent asks for a second.
const AGAIN: Duration = Duration::from_secs(1);

/// Where a server listens.
pub(crate) enum Place {
    Loopback(SocketAddr),
    Socket(PathBuf),
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// One connection.
pub(crate) struct Asker {
    stream: Box<dyn Stream>,
    headers: String,
    buffer: Vec<u8>,
    /// How long head and answer were the last time: mostly, they are so again.
    head: usize,
    whole: usize,
}

impl Asker {
    pub(crate) async fn connect(place: &Place) -> Result<Self, Bad> {
        let (stream, host): (Box<dyn Stream>, String) = match place {
            Place::Loopback(address) => {
                let stream = TcpStream::connect(address).await?;
                stream.set_nodelay(true)?;
                (Box::new(stream), address.to_string())
            }
            Place::Socket(path) => (Box::new(UnixStream::connect(path).await?), "agent".to_owned()),
        };
        let headers = format!("host: {host}\r\nauthorization: Bearer {TOKEN}\r\nkeybaton-instance: bench-1\r\n\r\n");
        Ok(Self { stream, headers, buffer: vec![0; 8192], head: 0, whole: 0 })
    }

    /// The request for a secret.
    pub(crate) fn request(&self, secret: &str) -> String {
        format!("GET /v1/secrets/{secret} HTTP/1.1\r\n{}", self.headers)
    }

    /// Asks, and reads the whole answer, which has to be a good one.
    pub(crate) async fn ask(&mut self, request: &str) -> Result<(), Bad> {
        self.exchange(request).await?;
        if self.says(b"200") { Ok(()) } else { Err(self.text()?.into()) }
    }

    /// The same for one who reads faster than the agent tells its keybaton of the uses: it is told to come again, and does.
    pub(crate) async fn ask_patiently(&mut self, request: &str) -> Result<(), Bad> {
        loop {
            self.exchange(request).await?;
            if !self.says(b"429") {
                return if self.says(b"200") { Ok(()) } else { Err(self.text()?.into()) };
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    /// The whole answer as text.
    pub(crate) async fn whole(&mut self, secret: &str) -> Result<String, Bad> {
        let request = self.request(secret);
        self.ask(&request).await?;
        self.text()
    }

    async fn exchange(&mut self, request: &str) -> Result<(), Bad> {
        self.stream.write_all(request.as_bytes()).await?;
        let mut read = 0;
        loop {
            let more = self.stream.read(self.buffer.get_mut(read..).unwrap_or_default()).await?;
            if more == 0 {
                return Err("the connection was closed".into());
            }
            read += more;
            let as_before = read == self.whole && self.buffer.get(self.head - 4..self.head) == Some(b"\r\n\r\n");
            if as_before || self.is_whole(read)? {
                return Ok(());
            }
        }
    }

    fn is_whole(&mut self, read: usize) -> Result<bool, Bad> {
        let text = std::str::from_utf8(self.buffer.get(..read).unwrap_or_default())?;
        let Some(head) = text.find("\r\n\r\n") else { return Ok(false) };
        let length = text.split("content-length: ").nth(1).and_then(|rest| rest.split('\r').next());
        self.head = head + 4;
        self.whole = self.head + length.ok_or("no length")?.parse::<usize>()?;
        Ok(self.whole == read)
    }

    fn says(&self, status: &[u8]) -> bool {
        self.buffer.strip_prefix(b"HTTP/1.1 ").is_some_and(|rest| rest.starts_with(status))
    }

    fn text(&self) -> Result<String, Bad> {
        Ok(std::str::from_utf8(self.buffer.get(..self.whole).unwrap_or_default())?.to_owned())
    }
}
