//! Leases: columns of the secret's row, by the store's own clock. The epoch only grows.

use std::time::Duration;

use keybaton_ports::{Lease, StoreError};
use keybaton_types::{Epoch, SecretId};

use super::{
    Sqlite,
    cells::{Cells, number},
    sql,
    writer::Tx,
};

const CLAIM: &str = "claim the lease";

impl Sqlite {
    pub(super) async fn take(
        &self,
        secret: &SecretId,
        holder: &str,
        span: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        let mut tx = self.inner.writer.begin(CLAIM).await?;
        let now = self.time();
        let until = now + span;
        let query = sqlx::query(sql::CLAIM)
            .bind(secret.name())
            .bind(secret.env())
            .bind(holder)
            .bind(until.0)
            .bind(now.0)
            .bind(sql::STATE_FORMAT);
        let Some(row) = tx.row(query).await? else {
            let taken = unclaimed(&mut tx, secret).await;
            tx.rollback().await?;
            return taken.map(|()| None);
        };
        let epoch = Epoch(Cells::new(&row, CLAIM).number("epoch")?);
        tx.commit().await?;
        Ok(Some(Lease { secret: secret.clone(), holder: holder.to_owned(), epoch, until }))
    }

    pub(super) async fn extend(&self, lease: &Lease, span: Duration) -> Result<bool, StoreError> {
        let mut tx = self.inner.writer.begin("renew the lease").await?;
        let until = self.time() + span;
        let query = bind(sqlx::query(sql::RENEW), lease).bind(until.0);
        let renewed = tx.run(query).await? == 1;
        tx.finish().await?;
        Ok(renewed)
    }

    pub(super) async fn give_up(&self, lease: &Lease) -> Result<(), StoreError> {
        let mut tx = self.inner.writer.begin("release the lease").await?;
        tx.run(bind(sqlx::query(sql::RELEASE), lease)).await?;
        tx.finish().await
    }
}

type Query<'q> = sqlx::query::Query<'q, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

fn bind<'q>(query: Query<'q>, lease: &'q Lease) -> Query<'q> {
    let query = query.bind(lease.secret.name()).bind(lease.secret.env());
    query.bind(&lease.holder).bind(number(lease.epoch.0))
}

/// Tells a lease that somebody holds from what can't be claimed.
async fn unclaimed(tx: &mut Tx<'_>, secret: &SecretId) -> Result<(), StoreError> {
    let query = sqlx::query(sql::UNCLAIMED).bind(secret.name()).bind(secret.env());
    let row = tx.row(query).await?.ok_or_else(|| StoreError::NotEnrolled(secret.clone()))?;
    let format = Cells::new(&row, CLAIM).get::<Option<i64>>("state_format")?;
    known_format(secret, format.unwrap_or_default())
}

/// Refuses the rotation of a newer program.
pub(super) fn known_format(secret: &SecretId, found: i64) -> Result<(), StoreError> {
    if found <= sql::STATE_FORMAT {
        return Ok(());
    }
    let (found, known) = (found.unsigned_abs(), sql::STATE_FORMAT.unsigned_abs());
    Err(StoreError::Newer { secret: secret.clone(), found, known })
}
