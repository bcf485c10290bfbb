//! The whole audit, a page at a time.

use keybaton_ports::{AuditRow, Failure, Operations};
use keybaton_types::{SecretId, document::Checkpoint};

/// Records that are read at once.
const PAGE: u32 = 1000;

/// Every row: of one secret, or of all. A page of all goes up to the same number of each chain.
pub(super) async fn rows(operations: &dyn Operations, secret: Option<&SecretId>) -> Result<Vec<AuditRow>, Failure> {
    let mut all: Vec<AuditRow> = Vec::new();
    let mut after = 0;
    loop {
        let page = operations.audit(secret, after, PAGE).await?;
        let Some(last) = page.iter().map(|row| row.no).max() else { return Ok(all) };
        after = last;
        all.extend(page);
    }
}

/// Every checkpoint, oldest first.
pub(super) async fn checkpoints(operations: &dyn Operations) -> Result<Vec<Checkpoint>, Failure> {
    let mut all: Vec<Checkpoint> = Vec::new();
    loop {
        let after = all.last().map_or(0, |last| last.no);
        let page = operations.checkpoints(after, PAGE).await?;
        if page.iter().all(|checkpoint| checkpoint.no <= after) {
            return Ok(all);
        }
        all.extend(page);
    }
}
