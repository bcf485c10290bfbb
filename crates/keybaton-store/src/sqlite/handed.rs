//! Keys that a person has handed over and no commit has taken yet.

use keybaton_core::{ledger::Conflict, rotation::Request};
use keybaton_ports::{Handed, StoreError, Wanted};
use keybaton_types::{CredentialNo, IssuedId, Revision, SecretId};

use super::{
    Sqlite,
    batch::Batch,
    cells::{Cells, json, number},
    fault::failed,
    snapshot::attachment,
    sql,
    writer::Tx,
};

const GIVE: &str = "keep a key that was handed over";
const TAKE: &str = "read a key that was handed over";

impl Sqlite {
    /// The key and the request that wakes its rotation, in one transaction.
    pub(super) async fn put_handed(
        &self,
        secret: &SecretId,
        expected: Revision,
        handed: &Handed,
        by: &str,
    ) -> Result<u64, StoreError> {
        let no = number(handed.attached.credential.0);
        let first = Batch::of(sql::NEXT_HANDED)
            .bind(secret.name())
            .bind(secret.env())
            .bind(number(expected.0))
            .bind(no)
            .bind(handed.issued.0.as_str());
        let (mut tx, row) = self.inner.writer.begin_with(GIVE, first).await?;
        let Some(row) = row else {
            let error = refused(&mut tx, secret).await?;
            tx.rollback().await?;
            return Err(error);
        };
        let cells = Cells::new(&row, GIVE);
        let (id, ask): (i64, u64) = (cells.get("id")?, cells.number("no")?);
        let batch = put(id, handed).then(sql::PUT_ASK).bind(id).bind(number(ask));
        let wanted = json(&Wanted::Of(Request::Resume))?;
        tx.commit_with(batch.bind(wanted).bind(by).bind(self.time().0)).await?;
        Ok(ask)
    }

    pub(super) async fn in_hand(&self, secret: &SecretId, no: CredentialNo) -> Result<Option<Handed>, StoreError> {
        let query = sqlx::query(sql::HANDED).bind(secret.name()).bind(secret.env()).bind(number(no.0));
        let row = query.fetch_optional(&self.inner.readers).await.map_err(failed(TAKE))?;
        row.map(|row| {
            let cells = Cells::new(&row, TAKE);
            Ok(Handed { issued: IssuedId(cells.get("issued")?), attached: attachment(&cells)? })
        })
        .transpose()
    }
}

fn put(id: i64, handed: &Handed) -> Batch {
    let attached = &handed.attached;
    Batch::of(sql::PUT_HANDED)
        .bind(id)
        .bind(number(attached.credential.0))
        .bind(handed.issued.0.as_str())
        .bind(attached.value.0.as_slice())
        .bind(attached.rendering.as_ref().map(|rendering| rendering.0.as_slice()))
        .bind(attached.fingerprint.0.as_str())
        .bind(attached.rendering_fingerprint.as_ref().map(|fingerprint| fingerprint.0.as_str()))
}

/// Why no row matched.
async fn refused(tx: &mut Tx<'_>, secret: &SecretId) -> Result<StoreError, StoreError> {
    let query = sqlx::query_scalar(sql::ENROLLED).bind(secret.name()).bind(secret.env());
    let enrolled: Option<i64> = query.fetch_optional(tx.conn()).await.map_err(failed(GIVE))?;
    Ok(match enrolled {
        None => StoreError::NotEnrolled(secret.clone()),
        Some(_) => Conflict::Revision.into(),
    })
}
