//! `[server]`.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::node::Located;

/// Where `keybaton serve` listens.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Server {
    /// A loopback address and a port. Default `127.0.0.1:7730`.
    pub(crate) listen: Option<Located<String>>,
}
