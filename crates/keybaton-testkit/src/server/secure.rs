//! A port on loopback that speaks TLS, for servers of our own.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::certificate::Signed;

/// A certificate for 127.0.0.1 alone, ready to be shown.
pub(crate) struct Secure(TlsAcceptor);

/// A port that speaks TLS.
pub(crate) struct SecureListener {
    acceptor: TlsAcceptor,
    listener: TcpListener,
}

impl Secure {
    /// Makes a certificate, and writes the authority that signed it into this file.
    pub(crate) fn new(authority: &Path) -> Self {
        let signed = Signed::new();
        std::fs::write(authority, signed.authority.pem()).expect("write the authority");
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(signed.key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_no_client_auth()
            .with_single_cert(vec![signed.server.der().clone()], key)
            .expect("a certificate with its key");
        Self(TlsAcceptor::from(Arc::new(config)))
    }
}

impl SecureListener {
    /// Listens on any port of loopback.
    pub(crate) async fn bind(secure: &Secure) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bind a port of loopback");
        Self { acceptor: secure.0.clone(), listener }
    }

    /// The port.
    pub(crate) fn port(&self) -> u16 {
        self.listener.local_addr().expect("a bound socket has an address").port()
    }
}

impl axum::serve::Listener for SecureListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    /// The next client that completes its handshake; whoever trusts another authority does not.
    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, address)) = self.listener.accept().await else { continue };
            if let Ok(secured) = self.acceptor.accept(stream).await {
                return (secured, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
