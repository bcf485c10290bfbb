//! `[server]`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::node::Located;

/// Where `keybaton serve` listens.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    /// An address and a port; one that is not loopback needs `tls`. Default `127.0.0.1:7730`.
    pub(crate) listen: Option<Located<String>>,
    /// The certificate and its key. Both are read again when the files change, and on SIGHUP.
    pub(crate) tls: Option<Tls>,
}

/// The certificate of the server.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tls {
    /// The file of the certificate chain, as PEM.
    pub(crate) certificate: String,
    /// The file of its private key, as PEM.
    pub(crate) key: String,
}
