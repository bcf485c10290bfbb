//! A database of its own for one test on a shared server.

use keybaton_seal::{Alphabet, SecretValue, draw};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};

use super::server::Postgres;
use super::template::ADMIN;

/// The database that every server has from the start.
pub(super) const FIRST: &str = "postgres";

/// A database of its own for one test. Roles belong to the whole server, so a test names them by [`Database::role`].
pub struct Database<'a> {
    server: &'a Postgres,
    name: String,
}

impl<'a> Database<'a> {
    pub(super) async fn create(server: &'a Postgres, test: &str) -> Self {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
        let name: String = test.chars().map(plain).collect();
        assert!(name.len() <= 50, "the name of a test's database has at most 50 characters");
        let database = Self { server, name };
        let statement = format!("CREATE DATABASE \"{}\"", database.name);
        execute(&mut server.superuser(FIRST).await, statement).await;
        database
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of a role of this test.
    pub fn role(&self, role: &str) -> String {
        format!("{}_{role}", self.name)
    }

    /// The url for the superuser, without the password.
    pub fn url(&self) -> String {
        self.url_of(ADMIN)
    }

    /// The url for a user, without the password.
    pub fn url_of(&self, user: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{}", self.server.port(), self.name)
    }

    /// The superuser's password.
    pub fn password(&self) -> SecretValue {
        self.server.password()
    }

    /// Makes a role that logs in, with further options such as `CREATEROLE`, and tells its password.
    pub async fn login_role(&self, role: &str, options: &str) -> SecretValue {
        let value = draw(&Alphabet::ALPHANUMERIC, 24).expect("draw a password");
        let text = std::str::from_utf8(value.expose()).expect("a password of letters and digits");
        self.execute(&format!("CREATE ROLE \"{role}\" LOGIN PASSWORD '{text}' {options}")).await;
        value
    }

    /// Runs statements as the superuser.
    pub async fn execute(&self, statements: &str) {
        execute(&mut self.superuser().await, statements.to_owned()).await;
    }

    /// A session of the superuser in this database.
    pub async fn superuser(&self) -> PgConnection {
        self.server.superuser(&self.name).await
    }

    /// A session of a user in this database.
    pub async fn login(&self, user: &str, value: &SecretValue) -> Result<PgConnection, sqlx::Error> {
        self.server.login(user, value, &self.name).await
    }

    /// One text that a query gives, asked by the superuser.
    pub async fn text(&self, query: &str) -> Option<String> {
        let mut connection = self.superuser().await;
        let asked = sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_one(&mut connection).await;
        connection.close().await.expect("close a session");
        asked.unwrap_or_else(|error| panic!("{query}: {error}"))
    }
}

async fn execute(connection: &mut PgConnection, statements: String) {
    let done = sqlx::raw_sql(AssertSqlSafe(statements.clone())).execute(connection).await;
    done.unwrap_or_else(|error| panic!("{}: {error}", statements.split(" PASSWORD ").next().unwrap_or_default()));
}
