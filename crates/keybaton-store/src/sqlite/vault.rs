//! The embedded vault of the database: its fence is a column.

use async_trait::async_trait;
use keybaton_core::sheet::Fencing;
use keybaton_ports::{Blame, Called, Certainty, Fault, Home, Publication, Seen, StoreError, Vault};
use keybaton_types::{SecretId, VersionNo};

use super::{
    Sqlite,
    cells::{Cells, number},
    fault::failed,
    sql,
};
use crate::vault::{late, not_enrolled};

const PUBLISH: &str = "publish in the embedded vault";
const SERVED: &str = "read the embedded vault";

/// The embedded vault of a [`Sqlite`] store: which version consumers get, behind a fence. The value itself is what the
/// ledger seals, so nothing of it is kept twice.
#[derive(Clone)]
pub struct EmbeddedVault(Sqlite);

impl EmbeddedVault {
    pub(super) fn new(store: Sqlite) -> Self {
        Self(store)
    }

    async fn write(&self, publication: Publication<'_>) -> Result<Written, StoreError> {
        let secret = publication.secret;
        let mut tx = self.0.inner.writer.begin(PUBLISH).await?;
        let query = sqlx::query(sql::PUBLISH)
            .bind(secret.name())
            .bind(secret.env())
            .bind(number(publication.fence.epoch.0))
            .bind(number(publication.fence.seq.0))
            .bind(number(publication.version.0));
        if tx.run(query).await? == 1 {
            return tx.commit().await.map(|()| Written::Yes);
        }
        let enrolled = tx.row(sqlx::query(sql::ENROLLED).bind(secret.name()).bind(secret.env())).await?;
        tx.rollback().await?;
        Ok(if enrolled.is_some() { Written::Late } else { Written::NotEnrolled })
    }

    async fn read(&self, secret: &SecretId) -> Result<Option<Option<u64>>, StoreError> {
        let query = sqlx::query(sql::SERVED).bind(secret.name()).bind(secret.env());
        let row = query.fetch_optional(&self.0.inner.readers).await.map_err(failed(SERVED))?;
        row.map(|row| Cells::new(&row, SERVED).maybe_number("version_no")).transpose()
    }
}

/// What became of a write.
enum Written {
    Yes,
    Late,
    NotEnrolled,
}

#[async_trait]
impl Vault for EmbeddedVault {
    fn fencing(&self) -> Fencing {
        Fencing::Fenced
    }

    fn home(&self) -> Home {
        Home::Ledger
    }

    async fn publish(&self, publication: Publication<'_>) -> Called<()> {
        match self.write(publication).await {
            Ok(Written::Yes) => Ok(()),
            Ok(Written::Late) => Err(late()),
            Ok(Written::NotEnrolled) => Err(not_enrolled(publication.secret)),
            Err(error) => Err(fault(error)),
        }
    }

    async fn served(&self, secret: &SecretId) -> Called<Seen> {
        match self.read(secret).await {
            Ok(Some(Some(version))) => Ok(Seen::Version(VersionNo(version))),
            Ok(Some(None)) => Ok(Seen::Nothing),
            Ok(None) => Err(not_enrolled(secret)),
            Err(error) => Err(fault(error)),
        }
    }
}

/// Only a lost commit leaves a doubt; every other failure rolled back.
fn fault(error: StoreError) -> Fault {
    let (blame, certainty) = match &error {
        StoreError::Ambiguous => (Blame::Transient, Certainty::Unknown),
        StoreError::Corrupt { .. } => (Blame::Corrupt, Certainty::NotSent),
        _ => (Blame::Transient, Certainty::NotSent),
    };
    Fault::new(blame, certainty, error.to_string()).because(error)
}
