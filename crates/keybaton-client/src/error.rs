//! Why a client could not be built, or could not lend a value. No error holds a value or a token.

use std::io;
use std::path::PathBuf;

use keybaton_types::{NameError, SecretId, VersionNo};

use crate::AddressError;

/// Why a client could not be built, or could not lend a value.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A text does not name a secret.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The address of the server is none that a client may use.
    #[error("the address of the server cannot be used")]
    Server(#[source] AddressError),
    /// The name of the instance cannot be sent.
    #[error("{0:?} cannot name an instance: it needs 1 to 128 printable characters of ASCII")]
    Instance(String),
    /// An environment variable that should hold the access token is not set.
    #[error("the environment variable {name}, which should hold the access token, is not set")]
    TokenVariable {
        /// The variable.
        name: String,
    },
    /// The file of the access token could not be read.
    #[error("the access token could not be read from {}", .path.display())]
    TokenFile {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The access token is too long or could not be read.
    #[error("the access token could not be read")]
    Token(#[source] keybaton_seal::Error),
    /// The access token holds something that no header may hold.
    #[error("the access token has characters that no token has; is it the right file?")]
    TokenForm,
    /// The file of certificate authorities could not be read.
    #[error("the certificate authorities could not be read from {}", .path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// TLS or HTTP could not be set up.
    #[error("HTTP could not be set up")]
    Http(#[source] reqwest::Error),
    /// A client was built outside of a tokio runtime.
    #[error("a client works in the background, so it has to be built inside of a tokio runtime")]
    Runtime,
    /// A client that keeps to leases was given a way to a vault.
    #[error("a client that keeps to leases takes no detour: its lease would end later than keybaton believes")]
    Leased,
    /// A blank value could not be made.
    #[error("a value could not be sealed or opened")]
    Seal(#[source] keybaton_seal::Error),
    /// The disk cache could not be used.
    #[error("the cache in {} could not be {what}", .path.display())]
    Cache {
        /// The folder or file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// What the operating system said.
        source: io::Error,
    },
    /// The folder of the disk cache may be used by others.
    #[error("the cache {} has mode {mode:04o}, so that others than its owner may use it; it must be 0700", .path.display())]
    CacheOpen {
        /// The folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The key of the disk cache could not be had.
    #[error("the key of the cache could not be had")]
    CacheKey(#[source] keybaton_seal::Error),
    /// There is no systemd credential of this name.
    #[error("there is no systemd credential {0:?}: $CREDENTIALS_DIRECTORY is not set or has none of this name")]
    CacheCredential(String),

    /// Nothing was read yet.
    #[error("{0} was not read yet; wait for it with `ready`")]
    NotYet(SecretId),
    /// Keybaton could not be asked, and no value is at hand.
    #[error("{secret} could not be read, and none of it is at hand: {cause}")]
    Unreachable {
        /// The secret.
        secret: SecretId,
        /// What happened to the last request.
        cause: String,
    },
    /// Keybaton does not know the secret.
    #[error("keybaton does not know {0}")]
    Unknown(SecretId),
    /// Keybaton refused the reader, and what was at hand is wiped.
    #[error("keybaton refused to hand out {secret} ({status}: {title}); what was at hand is wiped")]
    Denied {
        /// The secret.
        secret: SecretId,
        /// 401 or 403.
        status: u16,
        /// Keybaton's own words.
        title: String,
    },
    /// The term of what is at hand is over, and keybaton could not be asked.
    #[error("the last value of {secret} may not be used any more: its term is over, and {cause}")]
    Expired {
        /// The secret.
        secret: SecretId,
        /// Why there is no newer one.
        cause: String,
    },
    /// The version is condemned, and there is no other.
    #[error("version {version} of {secret} is condemned and never used again, and there is no other")]
    Condemned {
        /// The secret.
        secret: SecretId,
        /// The version.
        version: VersionNo,
    },
    /// Keybaton offers an older version than the one that was at hand: it was restored from an older copy.
    #[error(
        "keybaton offers version {offered} of {secret}, and version {held} was seen: it was restored from an older copy"
    )]
    Backwards {
        /// The secret.
        secret: SecretId,
        /// The highest version that was seen.
        held: VersionNo,
        /// The version that is offered.
        offered: VersionNo,
    },
    /// The client was closed.
    #[error("the client is closed")]
    Closed,
    /// Keybaton did not take what was passed on to it.
    #[error("keybaton did not take it: {0}")]
    NotTaken(String),
}

impl Error {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Name(_) => "write it as NAME/ENV, such as payments/prod",
            Self::Server(_) => "use https://, or http:// on loopback, or unix:/path",
            Self::Instance(_) => "name the instance after its host or pod",
            Self::TokenVariable { .. } | Self::TokenFile { .. } | Self::Token(_) | Self::TokenForm => {
                "make one with `keybaton token create` and put it where the client looks"
            }
            Self::Authorities { .. } | Self::Http(_) => "give the certificate authority of keybaton as a PEM file",
            Self::Leased => "say `hands_on` when the client is built",
            Self::Runtime => "build the client in an async function",
            Self::Seal(_) | Self::CacheKey(_) | Self::CacheCredential(_) => "look at the key of the cache",
            Self::Cache { .. } | Self::CacheOpen { .. } => "give the cache a folder of its own with mode 0700 and room",
            Self::NotYet(_) => "await `Handle::ready` once at the start",
            Self::Unreachable { .. } | Self::Expired { .. } => "see whether keybaton runs and can be reached from here",
            Self::Unknown(_) => "look at the names with `keybaton status`",
            Self::Denied { .. } => "look at the tokens with `keybaton token list`",
            Self::Condemned { .. } => "see what keybaton does about it with `keybaton explain`",
            Self::Backwards { .. } => "`keybaton doctor` tells how to go on after a restore",
            Self::Closed => "use the client before it is closed",
            Self::NotTaken(_) => "read the server's own words",
        }
    }
}
