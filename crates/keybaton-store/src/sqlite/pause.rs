//! Pauses: written with the audit row of every secret that they cover, in one transaction.

use keybaton_core::policy::{Pause, Scope};
use keybaton_ports::{Record, StoreError};
use keybaton_types::SecretId;

use super::{
    Sqlite,
    batch::Batch,
    cells::Cells,
    chain,
    fault::{corrupt, failed},
    sql,
    writer::Tx,
};

const WRITE: &str = "write a pause";
const READ: &str = "read the pauses";

impl Sqlite {
    pub(super) async fn begin_pause(
        &self,
        pause: &Pause,
        secrets: &[SecretId],
        record: &Record,
    ) -> Result<(), StoreError> {
        let (scope, name) = words(&pause.scope);
        let put = Batch::of(sql::PAUSE).bind(scope).bind(name).bind(pause.since.0).bind(pause.until.0);
        let put = put.bind(pause.by.as_str()).bind(pause.reason.as_deref());
        let (tx, _) = self.inner.writer.begin_with(WRITE, put).await?;
        self.tell(tx, secrets, record).await
    }

    pub(super) async fn end_pause(
        &self,
        scope: &Scope,
        secrets: &[SecretId],
        record: &Record,
    ) -> Result<bool, StoreError> {
        let (scope, name) = words(scope);
        let mut tx = self.inner.writer.begin(WRITE).await?;
        if tx.run(sqlx::query(sql::LIFT).bind(scope).bind(name)).await? == 0 {
            tx.rollback().await?;
            return Ok(false);
        }
        self.tell(tx, secrets, record).await.map(|()| true)
    }

    pub(super) async fn all_pauses(&self) -> Result<Vec<Pause>, StoreError> {
        let rows = sqlx::query(sql::PAUSES).fetch_all(&self.inner.readers).await.map_err(failed(READ))?;
        rows.iter().map(|row| pause(&Cells::new(row, READ))).collect()
    }

    /// Writes the record to the audit of each secret, whose engine hears of it, and commits.
    async fn tell(&self, mut tx: Tx<'_>, secrets: &[SecretId], record: &Record) -> Result<(), StoreError> {
        for secret in secrets {
            let head = Batch::of(sql::AUDIT_HEAD).bind(secret.name()).bind(secret.env()).bind(1_i64);
            let Some(row) = head.first(tx.conn()).await.map_err(failed(WRITE))? else {
                tx.rollback().await?;
                return Err(StoreError::NotEnrolled(secret.clone()));
            };
            let (id, head) = chain::head(&row)?;
            let row = head.follow(secret, self.time(), record, None)?;
            chain::append(Batch::default(), id, &row).run(tx.conn()).await.map_err(failed(WRITE))?;
        }
        tx.commit().await
    }
}

/// A pause in a row.
pub(super) fn pause(cells: &Cells<'_>) -> Result<Pause, StoreError> {
    let (kind, name): (&str, &str) = (cells.get("scope")?, cells.get("name")?);
    let scope = match kind {
        "secret" => Scope::Secret(name.parse().map_err(corrupt(READ))?),
        "owner" => Scope::Owner(name.to_owned()),
        "all" => Scope::All,
        _ => return Err(corrupt(READ)("its scope is none that this keybaton knows")),
    };
    let (since, until) = (cells.time("since_us")?, cells.time("until_us")?);
    Ok(Pause { scope, since, until, by: cells.get("asker")?, reason: cells.get("reason")? })
}

/// A scope as the columns `scope` and `name` hold it.
fn words(scope: &Scope) -> (&'static str, String) {
    match scope {
        Scope::Secret(secret) => ("secret", secret.to_string()),
        Scope::Owner(owner) => ("owner", owner.clone()),
        Scope::All => ("all", String::new()),
    }
}
