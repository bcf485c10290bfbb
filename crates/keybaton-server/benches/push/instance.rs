//! An instance as a service in any language would be one: HTTP/1.1 over one connection.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

const PATH: &str = "/v1/secrets/payments/prod";

/// One instance and its connection.
pub(crate) struct Instance {
    stream: BufReader<TcpStream>,
    headers: String,
}

impl Instance {
    pub(crate) async fn connect(address: SocketAddr, token: &str, no: usize) -> Self {
        let stream = BufReader::with_capacity(1_024, TcpStream::connect(address).await.unwrap());
        let named = format!("keybaton-instance: i-{no}\r\nkeybaton-lease: enforced");
        let headers = format!("host: {address}\r\nauthorization: Bearer {token}\r\n{named}\r\n");
        Self { stream, headers }
    }

    /// Waits for a later version, and tells that it is used.
    pub(crate) async fn moved_on_from(&mut self, version: u64) {
        let read = format!("GET {PATH}?after_version={version}&wait=60s HTTP/1.1\r\n{}\r\n", self.headers);
        assert_eq!(self.send(&read).await, 200);
        let body = format!("{{\"version\":{},\"kind\":\"used\"}}", version + 1);
        let head = format!("{}content-type: application/json\r\ncontent-length: {}", self.headers, body.len());
        assert_eq!(self.send(&format!("POST {PATH}/sightings HTTP/1.1\r\n{head}\r\n\r\n{body}")).await, 204);
    }

    /// Sends a request, reads the whole answer, and returns its status.
    async fn send(&mut self, request: &str) -> u16 {
        self.stream.write_all(request.as_bytes()).await.unwrap();
        let (mut status, mut length) = (None, 0);
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).await.unwrap();
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            status = status.or_else(|| line.split(' ').nth(1)?.parse().ok());
            if let Some(text) = line.strip_prefix("content-length: ") {
                length = text.parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.unwrap();
        status.unwrap()
    }
}
