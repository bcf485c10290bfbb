//! The links of the audit: one hash chain per secret, over rows that name their secret and their number.

use keybaton_core::{
    confirmed::Confirmed,
    ledger::Commit,
    rotation::{Event, Transition},
};
use keybaton_ports::{AuditRow, Record, StoreError};
use keybaton_seal::chain;
use keybaton_types::{Epoch, Revision, SecretId, Timestamp};
use serde::{Deserialize, Serialize};

/// The last link of a chain: the number of its last row and that row's hash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The number of the last row; 0 before the first.
    pub no: u64,
    /// Its hash; empty before the first.
    pub hash: String,
}

/// What a row says.
#[derive(Serialize)]
struct Body<'a> {
    secret: &'a SecretId,
    no: u64,
    at: Timestamp,
    actor: &'a str,
    event: Option<&'a Event>,
    note: Option<&'a str>,
    heard: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    confirmed: &'a [Confirmed],
    /// The revision that the commit was made on.
    revision: Option<Revision>,
    epoch: Option<Epoch>,
    transition: Option<&'a Transition>,
}

/// The part of a row's body that its columns repeat.
#[derive(Deserialize)]
struct Place {
    secret: SecretId,
    no: u64,
    at: Timestamp,
}

impl Head {
    /// The row that follows this head, for a commit or for a record alone.
    pub fn follow(
        &self,
        secret: &SecretId,
        at: Timestamp,
        record: &Record,
        commit: Option<&Commit>,
    ) -> Result<AuditRow, StoreError> {
        let no = self.no + 1;
        let body = Body {
            secret,
            no,
            at,
            actor: &record.actor,
            event: record.event.as_ref(),
            note: record.note.as_deref(),
            heard: record.heard,
            by: record.by.as_deref(),
            confirmed: &record.confirmed,
            revision: commit.map(|c| c.expected),
            epoch: commit.map(|c| c.epoch),
            transition: commit.map(|c| &c.transition),
        };
        let body = serde_json::to_string(&body)
            .map_err(|source| StoreError::Corrupt { what: "write the audit row", source: source.into() })?;
        let hash = chain(&self.hash, body.as_bytes());
        Ok(AuditRow { secret: secret.clone(), no, at, body, prev: self.hash.clone(), hash })
    }

    /// The head that `row` makes.
    pub fn of(row: &AuditRow) -> Self {
        Self { no: row.no, hash: row.hash.clone() }
    }

    /// Whether `row` is the one that follows this head, unchanged.
    pub fn precedes(&self, row: &AuditRow) -> bool {
        row.no == self.no + 1
            && row.prev == self.hash
            && row.hash == chain(&row.prev, row.body.as_bytes())
            && serde_json::from_str::<Place>(&row.body)
                .is_ok_and(|place| place.secret == row.secret && place.no == row.no && place.at == row.at)
    }
}

/// The number of the first row of one secret that does not fit, when there is one. A missing tail is found by the head.
pub fn first_broken<'a>(rows: impl IntoIterator<Item = &'a AuditRow>, head: &Head) -> Option<u64> {
    let mut last = Head::default();
    for row in rows {
        if !last.precedes(row) {
            return Some(last.no + 1);
        }
        last = Head::of(row);
    }
    if last == *head {
        None
    } else if head.no == last.no {
        Some(last.no.max(1))
    } else {
        Some(last.no.min(head.no) + 1)
    }
}
