//! Checkpoints of the audit, signed with the installation's own key.

use keybaton_ports::Failure;
use keybaton_types::document::Checkpoint;

use super::{Local, store};

impl Local {
    /// Signs what has moved, and says the last checkpoint.
    pub(super) async fn sign_audit(&self) -> Result<Option<Checkpoint>, Failure> {
        let signer = self.safe.keyring.signer();
        let last = self.store().checkpoint(signer).await.map_err(store)?;
        Ok(last.map(|last| last.document(&signer.key())))
    }

    pub(super) async fn read_checkpoints(&self, after: u64, limit: u32) -> Result<Vec<Checkpoint>, Failure> {
        let key = self.safe.keyring.signer().key();
        let found = self.store().checkpoints(after, limit).await.map_err(store)?;
        Ok(found.into_iter().map(|checkpoint| checkpoint.document(&key)).collect())
    }
}
