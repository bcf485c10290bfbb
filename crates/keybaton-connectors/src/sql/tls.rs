//! How the connection to a database is secured.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::host::is_this_machine;

/// How a connection is secured; the words are those of `PostgreSQL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TlsSetting {
    /// Never encrypted.
    Disable,
    /// Encrypted where the server offers it.
    Prefer,
    /// Encrypted, with whoever answers.
    Require,
    /// Encrypted, with a certificate that a trusted authority signed.
    VerifyCa,
    /// Encrypted, with a certificate of this very server.
    VerifyFull,
}

impl TlsSetting {
    /// What holds where nothing is set: strict, and lenient only where nobody else can listen.
    pub(crate) fn usual(host: &str) -> Self {
        if is_this_machine(host) { Self::Prefer } else { Self::VerifyFull }
    }
}
