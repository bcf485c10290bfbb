//! Several statements in one go.
//!
//! Every call of the driver costs two switches between threads, more than most statements cost themselves. A batch is
//! one call: its texts are joined, and each one's `$1`, `$2` … are counted on from those of the texts before it.

use std::fmt::Write;

use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Encode, Sqlite, SqliteConnection, Type, error::BoxDynError};

/// Statements that are run in one go.
#[derive(Default)]
pub(super) struct Batch {
    text: String,
    args: SqliteArguments,
    wrong: Option<BoxDynError>,
}

impl Batch {
    /// A batch with one statement.
    pub(super) fn of(text: &'static str) -> Self {
        Self::default().then(text)
    }

    /// Adds a statement; the values that follow are its own.
    pub(super) fn then(mut self, text: &'static str) -> Self {
        self.add(text);
        self
    }

    /// Binds the next value of the last statement.
    pub(super) fn bind<'t, T: Encode<'t, Sqlite> + Type<Sqlite>>(mut self, value: T) -> Self {
        if let Err(error) = self.args.add(value) {
            self.wrong.get_or_insert(error);
        }
        self
    }

    /// The same statements after one without values.
    pub(super) fn after(mut self, text: &'static str) -> Self {
        self.text.insert_str(0, text);
        self
    }

    /// Runs them and returns every row.
    pub(super) async fn run(self, conn: &mut SqliteConnection) -> Result<Vec<SqliteRow>, sqlx::Error> {
        self.query()?.fetch_all(conn).await
    }

    /// Runs them up to the first row.
    pub(super) async fn first(self, conn: &mut SqliteConnection) -> Result<Option<SqliteRow>, sqlx::Error> {
        self.query()?.fetch_optional(conn).await
    }

    fn query(self) -> Result<sqlx::query::Query<'static, Sqlite, SqliteArguments>, sqlx::Error> {
        match self.wrong {
            // every part is a text of `sql`, and only numbers were changed in it
            None => Ok(sqlx::query_with(AssertSqlSafe(self.text), self.args)),
            Some(error) => Err(sqlx::Error::Encode(error)),
        }
    }

    fn add(&mut self, text: &str) {
        let before = self.args.len();
        let mut parts = text.split('$');
        self.text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, rest) = part.split_at(digits);
            let number = number.parse::<usize>().unwrap_or_default() + before;
            // writing to a string does not fail
            write!(self.text, "${number}{rest}").ok();
        }
        self.text.push_str(";\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_keeps_its_own_values() {
        let batch = Batch::of("A $2 $1").bind(1).bind(2).then("B $1").bind(3).then("C").then("D $10$1").bind(4);
        assert_eq!(batch.after("BEGIN;\n").text, "BEGIN;\nA $2 $1;\nB $3;\nC;\nD $13$4;\n");
    }
}
