//! Where `keybaton serve` listens.

use std::net::{Ipv4Addr, SocketAddr};

use super::check::Check;
use crate::later::Trust;
use crate::node::Node;
use crate::problem::Problem;
use crate::raw;

/// Where `keybaton serve` listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// A loopback address.
    pub listen: SocketAddr,
}

impl Server {
    pub(super) fn build(check: &mut Check, node: Option<&Node>) -> Self {
        let raw = node.and_then(|node| check.read::<raw::Server>(node, Trust::Own)).unwrap_or_default();
        let listen = raw.listen.and_then(|listen| match listen.value.parse::<SocketAddr>() {
            Ok(address) if address.ip().is_loopback() => Some(address),
            Ok(_) => check.refuse(
                Problem::new(
                    listen.span,
                    "`listen` is a public address, and there is no TLS in this version of keybaton",
                )
                .showing()
                .hinted("listen on 127.0.0.1 or [::1]"),
            ),
            Err(_) => check.refuse(
                Problem::new(listen.span, "`listen` is not an address and a port")
                    .showing()
                    .hinted("write it as in 127.0.0.1:7730"),
            ),
        });
        Self { listen: listen.unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 7730))) }
    }
}
