//! The notary: signs the heads of the audit, so that what was written before stays what it was.
//!
//! It works at its own pace beside the engine: no rotation waits for a signature, and a signature that could not be
//! written is made up for by the next one.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{safe::Safe, time::Time};

/// How often the heads are signed.
const EVERY: Duration = Duration::from_mins(1);

/// Signs the heads of the audit.
pub(crate) struct Notary {
    pub(crate) safe: Safe,
    pub(crate) time: Arc<dyn Time>,
}

impl Notary {
    /// Signs until it is told to stop. The last signature is the service's, after its last row.
    pub(crate) async fn keep(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            self.sign().await;
            tokio::select! {
                () = shutdown.cancelled() => {}
                () = self.time.sleep(EVERY) => {}
            }
        }
    }

    /// Signs what has moved since the last time.
    pub(crate) async fn sign(&self) {
        if let Err(error) = self.safe.store.checkpoint(self.safe.keyring.signer()).await {
            let source = std::error::Error::source(&error).map(ToString::to_string);
            tracing::warn!(%error, source, "no checkpoint of the audit was written; the next one covers its rows");
        }
    }
}
