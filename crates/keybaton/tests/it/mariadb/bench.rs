//! An account whose password was adopted by the shipped binary.

use keybaton_seal::SecretValue;
use keybaton_testkit::server::Mariadb;
use sqlx::mysql::MySqlConnection;
use sqlx::{AssertSqlSafe, Connection};

use crate::stage::{Book, Consumed, Keybaton};

/// The secret of these tests.
pub(super) const SECRET: &str = "shop/prod";

/// An adopted account with a table of its own.
pub(super) struct Shop {
    pub(super) keybaton: Keybaton,
    server: &'static Mariadb,
    user: String,
    adopted: String,
}

impl Shop {
    /// An account named after the test, alone or as one of two; `None` where real servers are to be skipped.
    pub(super) async fn adopted(user: &str, mode: &str, render: &str, terms: &str) -> Option<Self> {
        let server = Mariadb::shared().await?;
        let adopted = revealed(&server.user(user).await);
        let keeper = format!("{user}_keeper");
        let password = server.user(&keeper).await;
        for statement in [
            format!("CREATE DATABASE {user}"),
            format!("CREATE TABLE {user}.orders (no int)"),
            format!("GRANT SELECT, INSERT ON {user}.* TO {user}"),
            format!("GRANT CREATE USER, PROCESS, CONNECTION ADMIN ON *.* TO {keeper}"),
            format!("GRANT SELECT ON mysql.* TO {keeper}"),
            format!("GRANT SELECT, INSERT ON {user}.* TO {keeper} WITH GRANT OPTION"),
        ] {
            server.run(&statement).await;
        }
        let keybaton = Keybaton::new();
        keybaton.write("keeper.password", &revealed(&password));
        let text = format!(
            "version = 1\n[issuer.db]\ntype = \"mariadb\"\nurl = \"{}\"\n\
             password = {{ file = \"keeper.password\" }}\n{mode}\ntimeout = \"3s\"\nquiescence = \"3s\"\n\
             [secret.shop.env.prod]\nissuer = \"db\"\nrender = \"{render}\"\n{terms}\n",
            server.url_of(&keeper)
        );
        keybaton.write("keybaton.toml", &text);
        keybaton.run("init").await.exits(0);
        keybaton.feed(&format!("adopt {SECRET}"), &adopted).await.exits(0).hides(&adopted);
        Some(Self { keybaton, server, user: user.to_owned(), adopted })
    }

    /// The login that was adopted.
    pub(super) fn first(&self) -> String {
        format!("{} {}", self.user, self.adopted)
    }

    /// Opens a session.
    pub(super) async fn open(&self, login: &str) -> Result<MySqlConnection, String> {
        let (user, password) = login.split_once(' ').unwrap();
        let password = SecretValue::from_text(password.to_owned()).unwrap();
        self.server.login(user, &password).await.map_err(|error| error.to_string())
    }

    /// Sets the password of the account as somebody does who knows nothing of keybaton.
    pub(super) async fn set_password(&self, password: &str) {
        self.server.run(&format!("SET PASSWORD FOR {} = PASSWORD('{password}')", self.user)).await;
    }

    /// Asserts that the secret is at rest with one live credential, which works.
    pub(super) async fn assert_whole(&self) {
        let book = Book::read(&self.keybaton, SECRET).await;
        book.assert_at_rest();
        assert_eq!(book.live().len(), 1);
        self.work(&self.read().await).await.unwrap();
    }
}

impl Consumed for Shop {
    async fn read(&self) -> String {
        self.keybaton.run(&format!("get {SECRET} --reveal")).await.exits(0).out.trim_end().to_owned()
    }

    async fn work(&self, login: &str) -> Result<(), String> {
        let mut session = self.open(login).await?;
        for _ in 0..3 {
            let statement = format!("INSERT INTO {}.orders VALUES (1)", self.user);
            let done = sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut session).await;
            done.map_err(|error| error.to_string())?;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        session.close().await.map_err(|error| error.to_string())
    }
}

#[expect(clippy::disallowed_methods, reason = "the test plays the person who knows the password")]
fn revealed(value: &SecretValue) -> String {
    String::from_utf8(value.expose().to_vec()).unwrap()
}
