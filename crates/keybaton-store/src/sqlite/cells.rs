//! Between rows and the types of the house.

use keybaton_ports::StoreError;
use keybaton_types::{SecretId, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sqlx::{ColumnIndex, Decode, Row, Sqlite, Type, sqlite::SqliteRow};

use super::fault::{corrupt, failed};

/// What stands for "no credential that we know" in a key.
pub(super) const UNKNOWN: i64 = -1;

/// A row, and what is being read.
pub(super) struct Cells<'r> {
    row: &'r SqliteRow,
    what: &'static str,
}

impl<'r> Cells<'r> {
    pub(super) fn new(row: &'r SqliteRow, what: &'static str) -> Self {
        Self { row, what }
    }

    pub(super) fn get<T>(&self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite>,
        &'static str: ColumnIndex<SqliteRow>,
    {
        self.row.try_get(column).map_err(failed(self.what))
    }

    pub(super) fn number(&self, column: &'static str) -> Result<u64, StoreError> {
        u64::try_from(self.get::<i64>(column)?).map_err(corrupt(self.what))
    }

    pub(super) fn maybe_number(&self, column: &'static str) -> Result<Option<u64>, StoreError> {
        self.get::<Option<i64>>(column)?.map(u64::try_from).transpose().map_err(corrupt(self.what))
    }

    pub(super) fn flag(&self, column: &'static str) -> Result<bool, StoreError> {
        Ok(self.get::<i64>(column)? != 0)
    }

    pub(super) fn time(&self, column: &'static str) -> Result<Timestamp, StoreError> {
        self.get(column).map(Timestamp)
    }

    pub(super) fn maybe_time(&self, column: &'static str) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.get::<Option<i64>>(column)?.map(Timestamp))
    }

    pub(super) fn word<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        serde_json::from_value(Value::String(self.get(column)?)).map_err(corrupt(self.what))
    }

    pub(super) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, StoreError> {
        serde_json::from_str(self.get(column)?).map_err(corrupt(self.what))
    }

    /// The secret of the columns `name` and `env`.
    pub(super) fn secret(&self) -> Result<SecretId, StoreError> {
        SecretId::new(self.get("name")?, self.get("env")?).map_err(|e| corrupt(self.what)(Box::new(e)))
    }
}

/// A number as the database keeps it.
pub(super) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A value that serialises to one word.
pub(super) fn word<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => Ok(word),
        Ok(_) => Err(corrupt("write a word")("the value is not one word")),
        Err(source) => Err(corrupt("write a word")(source)),
    }
}

/// A value as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(corrupt("write a value as JSON"))
}
