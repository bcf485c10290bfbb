//! Where `keybaton serve` listens.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use super::check::Check;
use crate::later::Trust;
use crate::node::Node;
use crate::problem::Problem;
use crate::raw;

/// Where `keybaton serve` listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// A loopback address, or any one where there is TLS.
    pub listen: SocketAddr,
    /// The certificate, where there is one.
    pub tls: Option<Tls>,
}

/// The files of a certificate; relative ones start at the configuration's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// The chain.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Server {
    pub(super) fn build(check: &mut Check, node: Option<&Node>) -> Self {
        let raw = node.and_then(|node| check.read::<raw::Server>(node, Trust::Own)).unwrap_or_default();
        let tls = raw.tls.map(|tls| Tls { certificate: tls.certificate.into(), key: tls.key.into() });
        let listen = raw.listen.and_then(|listen| match listen.value.parse::<SocketAddr>() {
            Ok(address) if address.ip().is_loopback() || tls.is_some() => Some(address),
            Ok(_) => check.refuse(
                Problem::new(listen.span, "`listen` is a public address, and there is no `tls`").showing().hinted(
                    "add tls = { certificate = \"server.pem\", key = \"server.key\" }, or listen on 127.0.0.1 or [::1]",
                ),
            ),
            Err(_) => check.refuse(
                Problem::new(listen.span, "`listen` is not an address and a port")
                    .showing()
                    .hinted("write it as in 127.0.0.1:7730"),
            ),
        });
        Self { listen: listen.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 7730))), tls }
    }
}
