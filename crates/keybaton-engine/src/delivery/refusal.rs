//! Why nothing was delivered, or nothing was written down.

use std::{sync::Arc, time::Duration};

use keybaton_ports::StoreError;
use keybaton_types::{SecretId, VersionNo};

use crate::Error;

/// Why nothing was delivered, or nothing was written down.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Undelivered {
    /// The configuration does not name this secret.
    #[error("{0} is not a secret of this server")]
    Unknown(SecretId),
    /// It has no key that may be used.
    #[error("{0} has no key that may be used")]
    Empty(SecretId),
    /// The reader has a version that this ledger does not know: the state database is an old copy (R11).
    #[error(
        "the reader has version {has} of {secret}, and this state database knows {known} at most: it is an old copy"
    )]
    Older {
        /// The secret.
        secret: SecretId,
        /// What the reader has.
        has: VersionNo,
        /// The newest version that the ledger knows.
        known: VersionNo,
    },
    /// A token shows more instances than one consumer can have.
    #[error("too many instances read with one token; one that is quiet for an hour no longer counts")]
    Crowded {
        /// When to try again.
        retry: Duration,
    },
    /// The value can't be said in JSON.
    #[error("the value of {0} is not a text")]
    NotText(SecretId),
    /// The store or the safe did not do it.
    #[error(transparent)]
    Failed(#[from] Arc<Error>),
    /// Delivery has ended, or has not begun.
    #[error("consumers are not served at the moment")]
    Closed,
}

impl From<Error> for Undelivered {
    fn from(error: Error) -> Self {
        Self::Failed(Arc::new(error))
    }
}

impl From<StoreError> for Undelivered {
    fn from(error: StoreError) -> Self {
        Error::from(error).into()
    }
}
