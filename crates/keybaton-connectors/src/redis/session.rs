//! One connection for one call, under one deadline.

use std::io;

use keybaton_ports::{Called, Certainty};
use keybaton_seal::SecretValue;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::address::Address;
use super::failure;
use super::wire::{self, Reply};
use crate::call::Call;

/// One connection for one call.
pub(super) struct Session {
    stream: BufReader<Box<dyn Stream>>,
    pub(super) call: Call,
}

trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for T {}

impl Session {
    /// Connects; a failure was sent nothing.
    pub(super) async fn connect(call: Call, address: &Address, tls: Option<&TlsConnector>) -> Called<Self> {
        let connected = call.wait(Certainty::NotSent, stream(address, tls)).await?;
        let stream = connected.map_err(|error| failure::connecting(&call, &error))?;
        Ok(Self { stream: BufReader::new(stream), call })
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
        call.wait(lost, exchange).await?.map_err(|error| failure::broken(call, &error, lost))
    }
}

async fn stream(address: &Address, tls: Option<&TlsConnector>) -> io::Result<Box<dyn Stream>> {
    let plain = TcpStream::connect((address.host.as_str(), address.port)).await?;
    plain.set_nodelay(true)?;
    let Some(tls) = tls else { return Ok(Box::new(plain)) };
    let name = ServerName::try_from(address.host.clone()).map_err(io::Error::other)?;
    Ok(Box::new(tls.connect(name, plain).await?))
}
