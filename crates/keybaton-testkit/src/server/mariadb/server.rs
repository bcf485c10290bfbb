//! A `MariaDB` server on loopback, shared by the tests of a binary or private to one.

use std::path::{Path, PathBuf};
use std::process::Command;

use keybaton_seal::{Alphabet, SecretValue, draw, mysql_native_password_digest};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row};
use tokio::sync::OnceCell;

use super::template;
use crate::server::certificate::Certificate;
use crate::server::process::Account;
use crate::server::running::{Running, Starting};
use crate::server::{folder, free_port, skipped};

/// The superuser of tests.
const ADMIN: &str = "admin";

static SHARED: OnceCell<Mariadb> = OnceCell::const_new();

/// A `MariaDB` server on loopback; a private one ends when dropped, the shared one with the test binary.
pub struct Mariadb {
    account: Account,
    folder: PathBuf,
    port: u16,
    password: SecretValue,
    certificate: Option<Certificate>,
    running: Running,
}

impl Mariadb {
    /// The server of this test binary, or `None` where the environment says to skip.
    pub async fn shared() -> Option<&'static Self> {
        if skipped() {
            return None;
        }
        Some(SHARED.get_or_init(|| Self::launched(|_, _| None)).await)
    }

    /// A private server, or `None` where the environment says to skip.
    pub async fn start() -> Option<Self> {
        if skipped() {
            return None;
        }
        Some(Self::launched(|_, _| None).await)
    }

    /// A private server that speaks TLS to whoever wants it, or `None` where the environment says to skip.
    pub async fn with_tls() -> Option<Self> {
        if skipped() {
            return None;
        }
        Some(Self::launched(|folder, account| Some(Certificate::write(folder, account))).await)
    }

    /// The file with the authority that signed the server's certificate for 127.0.0.1.
    pub fn authority(&self) -> &Path {
        &self.certificate.as_ref().expect("the server speaks TLS").authority
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address for a user, without the password.
    pub fn url_of(&self, user: &str) -> String {
        format!("mysql://{user}@127.0.0.1:{}", self.port)
    }

    /// The superuser.
    pub fn admin(&self) -> &'static str {
        ADMIN
    }

    /// The superuser's password.
    pub fn password(&self) -> SecretValue {
        SecretValue::new(self.password.expose().to_vec()).expect("copy a password")
    }

    /// Makes an account `name@%` and tells its password.
    pub async fn user(&self, name: &str) -> SecretValue {
        let value = draw(&Alphabet::ALPHANUMERIC, 24).expect("draw a password");
        let digest = mysql_native_password_digest(&value);
        self.run(&format!("CREATE USER `{name}`@`%` IDENTIFIED VIA mysql_native_password USING '{digest}'")).await;
        value
    }

    /// Runs a statement as the superuser.
    pub async fn run(&self, statement: &str) {
        let mut session = self.login(ADMIN, &self.password).await.expect("log in as the superuser");
        let done = sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut session).await;
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
        session.close().await.expect("close a session");
    }

    /// The first column of what a query gives, asked by the superuser.
    pub async fn column(&self, query: &str) -> Vec<String> {
        let mut session = self.login(ADMIN, &self.password).await.expect("log in as the superuser");
        let rows = sqlx::raw_sql(AssertSqlSafe(query.to_owned())).fetch_all(&mut session).await;
        let rows = rows.unwrap_or_else(|error| panic!("{query}: {error}"));
        session.close().await.expect("close a session");
        rows.iter().map(|row| row.try_get_unchecked(0).expect("a text")).collect()
    }

    /// A session of a user.
    pub async fn login(&self, user: &str, value: &SecretValue) -> Result<MySqlConnection, sqlx::Error> {
        let password = std::str::from_utf8(value.expose()).expect("a password of UTF-8");
        let options = MySqlConnectOptions::new().host("127.0.0.1").port(self.port).ssl_mode(MySqlSslMode::Disabled);
        options.username(user).password(password).disable_statement_logging().connect().await
    }

    /// Freezes the server: callers see a time-out, not an error.
    pub fn freeze(&self) {
        self.running.freeze();
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) {
        self.running.thaw();
    }

    /// Kills the server where it stands.
    pub fn kill(&mut self) {
        self.running.kill();
    }

    /// Starts a killed server again, with the same data on the same port.
    pub async fn restart(&mut self) {
        self.running.stop();
        self.launch().await;
    }

    async fn launched(certificate: impl FnOnce(&Path, Account) -> Option<Certificate>) -> Self {
        let account = Account::of("mysql");
        let root = folder::root(account);
        let folder = folder::run(&root, account);
        template::copy_to(&folder.join("data"), &root, account);
        let password = draw(&Alphabet::ALPHANUMERIC, 24).expect("draw a password");
        let first = format!(
            "CREATE USER {ADMIN}@'%' IDENTIFIED VIA mysql_native_password USING '{}';\n\
             GRANT ALL PRIVILEGES ON *.* TO {ADMIN}@'%' WITH GRANT OPTION;\n",
            mysql_native_password_digest(&password)
        );
        let file = folder.join("first.sql");
        std::fs::write(&file, first).expect("write the first statements");
        account.own(&file);
        let certificate = certificate(&folder, account);
        let running = Running::default();
        let mut server = Self { account, folder, port: free_port(), password, certificate, running };
        server.launch().await;
        let _ = std::fs::remove_file(&file);
        server
    }

    /// Starts the process and waits until it answers by its own protocol.
    async fn launch(&mut self) {
        let mut starting = Starting::new("MariaDB", self.command(), &self.folder.join("log"));
        while let Err(error) = self.answers().await {
            starting.patience(&error).await;
        }
        self.running = starting.runs();
    }

    async fn answers(&self) -> Result<(), sqlx::Error> {
        self.login(ADMIN, &self.password).await?.close().await
    }

    fn command(&self) -> Command {
        let mut command = self.account.command(&template::server());
        let file = |name: &str| self.folder.join(name).display().to_string();
        command.arg("--no-defaults").arg(format!("--datadir={}", file("data")));
        command.arg(format!("--port={}", self.port)).arg("--bind-address=127.0.0.1").arg("--skip-name-resolve");
        command.arg(format!("--socket={}", file("socket"))).arg(format!("--pid-file={}", file("pid")));
        command.args(["--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M", "--performance-schema=off"]);
        command.args(["--innodb-flush-log-at-trx-commit=0", "--max-connections=200"]);
        if let Some(Certificate { authority, server, key }) = &self.certificate {
            let files = [("ca", authority), ("cert", server), ("key", key)];
            command.args(files.map(|(name, path)| format!("--ssl-{name}={}", path.display())));
        }
        let first = self.folder.join("first.sql");
        if first.exists() {
            command.arg(format!("--init-file={}", first.display()));
        }
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for Mariadb {
    /// Its data is thrown away, so it need not end in order.
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
