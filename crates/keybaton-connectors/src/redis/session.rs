//! One connection for one call, under one deadline.

use std::io;
use std::time::Duration;

use keybaton_ports::{Called, Certainty};
use keybaton_seal::SecretValue;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};
use tokio_rustls::TlsConnector;

use super::address::Address;
use super::failure;
use super::wire::{self, Reply};

/// What is said about a call when it fails.
pub(super) struct Call {
    /// Such as `create a credential`.
    pub(super) what: &'static str,
    /// `host:port`.
    pub(super) place: String,
    /// How long it may take.
    pub(super) timeout: Duration,
    deadline: Instant,
}

/// One connection for one call.
pub(super) struct Session {
    stream: BufReader<Box<dyn Stream>>,
    pub(super) call: Call,
}

trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for T {}

impl Call {
    /// A call that begins now.
    pub(super) fn begin(what: &'static str, place: String, timeout: Duration) -> Self {
        Self { what, place, timeout, deadline: Instant::now() + timeout }
    }
}

impl Session {
    /// Connects; a failure was sent nothing.
    pub(super) async fn connect(call: Call, address: &Address, tls: Option<&TlsConnector>) -> Called<Self> {
        let connected = match timeout_at(call.deadline, stream(address, tls)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(failure::connecting(&call, &error)),
            Err(_) => return Err(failure::late(&call, Certainty::NotSent)),
        };
        Ok(Self { stream: BufReader::new(connected), call })
    }

    /// Logs in; the reply is the server's verdict.
    #[expect(clippy::disallowed_methods, reason = "Redis takes the password itself to log in")]
    pub(super) async fn login(&mut self, user: &str, password: &SecretValue) -> Called<Reply> {
        self.send(&[b"AUTH", user.as_bytes(), password.expose()], Certainty::NotSent).await
    }

    /// Sends a command and reads its reply, which may be an error; `lost` is what a lost reply leaves of the effect.
    pub(super) async fn ask(&mut self, command: &[&str], lost: Certainty) -> Called<Reply> {
        let parts: Vec<&[u8]> = command.iter().map(|part| part.as_bytes()).collect();
        self.send(&parts, lost).await
    }

    /// Says goodbye and waits for it, so that the connection is not counted afterwards; how that ends changes nothing.
    pub(super) async fn close(mut self) {
        let _ = self.ask(&["QUIT"], Certainty::NotSent).await;
    }

    async fn send(&mut self, parts: &[&[u8]], lost: Certainty) -> Called<Reply> {
        let Self { stream, call } = self;
        let exchange = async {
            let command = wire::command(parts);
            stream.get_mut().write_all(&command).await?;
            stream.get_mut().flush().await?;
            wire::reply(stream).await
        };
        match timeout_at(call.deadline, exchange).await {
            Ok(Ok(reply)) => Ok(reply),
            Ok(Err(error)) => Err(failure::broken(call, &error, lost)),
            Err(_) => Err(failure::late(call, lost)),
        }
    }
}

async fn stream(address: &Address, tls: Option<&TlsConnector>) -> io::Result<Box<dyn Stream>> {
    let plain = TcpStream::connect((address.host.as_str(), address.port)).await?;
    plain.set_nodelay(true)?;
    let Some(tls) = tls else { return Ok(Box::new(plain)) };
    let name = ServerName::try_from(address.host.clone()).map_err(io::Error::other)?;
    Ok(Box::new(tls.connect(name, plain).await?))
}
