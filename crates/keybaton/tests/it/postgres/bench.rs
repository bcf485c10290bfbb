//! An owner role with a table in a database of its own, adopted by the shipped binary.

use keybaton_seal::SecretValue;
use keybaton_testkit::server::{Database, Postgres};
use sqlx::{Connection, Row};

use crate::stage::{Book, Consumed, Keybaton};

/// The secret of these tests.
pub(crate) const SECRET: &str = "orders/prod";

/// An adopted owner role; keybaton's own user is no superuser.
pub(crate) struct Roles {
    pub(crate) keybaton: Keybaton,
    pub(crate) database: Database<'static>,
    pub(crate) owner: String,
    adopted: SecretValue,
}

/// What consumers read: a role and its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) role: String,
    password: String,
}

impl Login {
    fn of(text: &str) -> Self {
        let (role, password) = text.split_once(' ').unwrap();
        Self { role: role.to_owned(), password: password.to_owned() }
    }
}

impl Roles {
    /// In a database named after the test; `None` where real servers are to be skipped.
    pub(crate) async fn adopted(test: &str, terms: &str) -> Option<Self> {
        let database = Postgres::shared().await?.database(test).await;
        let (owner, user) = (database.role("app"), database.role("keeper"));
        let adopted = database.login_role(&owner, "").await;
        let password = database.login_role(&user, "CREATEROLE").await;
        database
            .execute(&format!(
                "GRANT \"{owner}\" TO \"{user}\" WITH ADMIN OPTION; GRANT pg_signal_backend TO \"{user}\"; \
                 GRANT CREATE ON SCHEMA public TO \"{owner}\"; SET ROLE \"{owner}\"; CREATE TABLE orders (no int)"
            ))
            .await;
        let keybaton = Keybaton::new();
        keybaton.write("keeper.password", &revealed(&password));
        let roles = Self { keybaton, database, owner, adopted };
        roles.agree(terms);
        roles.keybaton.run("init").await.exits(0);
        let line = format!("adopt {SECRET} --id {}", roles.owner);
        roles.keybaton.feed(&line, &revealed(&roles.adopted)).await.exits(0).says(&["live sessions"]);
        Some(roles)
    }

    /// Writes the configuration with these terms.
    pub(crate) fn agree(&self, terms: &str) {
        let text = format!(
            "version = 1\n[issuer.db]\ntype = \"postgres\"\nurl = \"{}\"\npassword = {{ file = \"keeper.password\" }}\n\
             owner = \"{}\"\ntimeout = \"3s\"\nquiescence = \"3s\"\n[secret.orders.env.prod]\nissuer = \"db\"\n\
             render = \"{{{{ id }}}} {{{{ value }}}}\"\n{terms}\n",
            self.database.url_of(&self.database.role("keeper")),
            self.owner
        );
        self.keybaton.write("keybaton.toml", &text);
    }

    /// What a consumer reads.
    pub(crate) async fn login(&self) -> Login {
        Login::of(&self.read().await)
    }

    /// The login that was adopted.
    pub(crate) fn first(&self) -> Login {
        Login { role: self.owner.clone(), password: revealed(&self.adopted) }
    }

    /// Opens a session.
    pub(crate) async fn open(&self, login: &Login) -> Result<sqlx::PgConnection, sqlx::Error> {
        let password = SecretValue::from_text(login.password.clone()).unwrap();
        self.database.login(&login.role, &password).await
    }

    /// Who of the owner and its members may log in.
    pub(crate) async fn live(&self) -> Vec<String> {
        let query = format!(
            "SELECT coalesce(string_agg(rolname, ' ' ORDER BY rolname), '') FROM pg_roles \
             WHERE rolname LIKE '{}%' AND rolcanlogin",
            self.owner
        );
        let text = self.database.text(&query).await.unwrap();
        text.split_whitespace().map(str::to_owned).collect()
    }

    /// The ledger as it stands.
    pub(crate) async fn book(&self) -> Book {
        Book::read(&self.keybaton, SECRET).await
    }

    /// Asserts that the secret is at rest with one live login, which works, acts as the owner, and owns what it makes.
    pub(crate) async fn assert_whole(&self) {
        let book = self.book().await;
        book.assert_at_rest();
        let login = self.login().await;
        assert_eq!(self.live().await, std::slice::from_ref(&login.role));
        assert_eq!(book.live(), std::slice::from_ref(&login.role));
        let mut session =
            self.open(&login).await.unwrap_or_else(|error| panic!("the current login is refused: {error}"));
        let made = format!("made_{}", book.version().unwrap());
        let statement = sqlx::AssertSqlSafe(format!("CREATE TABLE {made} (no int); INSERT INTO orders VALUES (1)"));
        sqlx::raw_sql(statement).execute(&mut session).await.unwrap();
        let owners = "SELECT DISTINCT tableowner::text FROM pg_tables WHERE schemaname = 'public'";
        let rows = sqlx::query(owners).fetch_all(&mut session).await.unwrap();
        let owners: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(owners, std::slice::from_ref(&self.owner));
        session.close().await.unwrap();
    }
}

impl Consumed for Roles {
    async fn read(&self) -> String {
        self.keybaton.run(&format!("get {SECRET} --reveal")).await.exits(0).out.trim_end().to_owned()
    }

    async fn work(&self, login: &str) -> Result<(), String> {
        let login = Login::of(login);
        let failed = |error| format!("{}: {error}", login.role);
        let mut session = self.open(&login).await.map_err(failed)?;
        for _ in 0..3 {
            let statement = sqlx::raw_sql("INSERT INTO orders VALUES (1); SELECT pg_sleep(0.02)");
            statement.execute(&mut session).await.map_err(failed)?;
        }
        session.close().await.map_err(failed)
    }
}

#[expect(clippy::disallowed_methods, reason = "the test plays the person who knows the password")]
fn revealed(value: &SecretValue) -> String {
    String::from_utf8(value.expose().to_vec()).unwrap()
}
