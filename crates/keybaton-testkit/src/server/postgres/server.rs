//! A `PostgreSQL` server on loopback, shared by the tests of a binary or private to one.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use keybaton_seal::SecretValue;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::OnceCell;

use super::binaries::Binaries;
use super::database::{self, Database};
use super::template::{ADMIN, Template};
use crate::server::process::Account;
use crate::server::running::{Running, Starting};
use crate::server::{folder, free_port, skipped};

static SHARED: OnceCell<Postgres> = OnceCell::const_new();

/// A `PostgreSQL` server on loopback; a private one ends when dropped, the shared one with the test binary.
pub struct Postgres {
    binaries: Binaries,
    account: Account,
    folder: PathBuf,
    port: u16,
    password: SecretValue,
    extra: Vec<String>,
    running: Running,
}

impl Postgres {
    /// The server of this test binary, or `None` where the environment says to skip.
    pub async fn shared() -> Option<&'static Self> {
        if skipped() {
            return None;
        }
        Some(SHARED.get_or_init(|| Self::start_with(&[])).await)
    }

    /// A private server, or `None` where the environment says to skip.
    pub async fn start() -> Option<Self> {
        if skipped() {
            return None;
        }
        Some(Self::start_with(&[]).await)
    }

    /// A private server with settings such as `log_statement=all`; the environment is not asked.
    pub async fn start_with(settings: &[&str]) -> Self {
        let account = Account::of("postgres");
        let binaries = Binaries::find();
        let root = folder::root(account);
        let template = Template::of(&binaries, &root, account);
        let run = folder::run(&root, account);
        template.copy_to(&run.join("data"));
        let extra = settings.iter().map(|setting| (*setting).to_owned()).collect();
        let port = free_port();
        let password = template.password();
        let mut server = Self { binaries, account, folder: run, port, password, extra, running: Running::default() };
        server.launch().await;
        server
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A database of its own for the test of this name, which also starts the names of its roles.
    pub async fn database(&self, test: &str) -> Database<'_> {
        Database::create(self, test).await
    }

    /// Everything that the server has logged.
    pub fn log(&self) -> String {
        self.running.log()
    }

    /// Freezes the server and its sessions: callers see a time-out, not an error.
    pub fn freeze(&self) {
        self.running.freeze();
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) {
        self.running.thaw();
    }

    /// Kills the server and its sessions where they stand.
    pub fn kill(&mut self) {
        self.running.kill();
    }

    /// Stops the server in an orderly way.
    pub fn stop(&mut self) {
        self.running.stop();
    }

    /// Starts a stopped or killed server again, with the same data on the same port.
    pub async fn restart(&mut self) {
        self.stop();
        self.launch().await;
    }

    /// Connects as a user to a database.
    pub async fn login(&self, user: &str, value: &SecretValue, database: &str) -> Result<PgConnection, sqlx::Error> {
        let password = std::str::from_utf8(value.expose()).expect("a password of UTF-8");
        self.options(user, database).password(password).connect().await
    }

    /// Connects as the superuser to a database.
    pub(super) async fn superuser(&self, database: &str) -> PgConnection {
        self.login(ADMIN, &self.password, database).await.expect("connect as the superuser")
    }

    /// Another copy of the superuser's password.
    pub(super) fn password(&self) -> SecretValue {
        SecretValue::new(self.password.expose().to_vec()).expect("copy a password")
    }

    fn options(&self, user: &str, database: &str) -> PgConnectOptions {
        let url = format!("postgres://127.0.0.1:{}/{database}?sslmode=disable", self.port);
        let options = PgConnectOptions::from_str(&url).expect("a url of PostgreSQL");
        options.username(user).ssl_mode(PgSslMode::Disable).disable_statement_logging()
    }

    /// Starts the process and waits until it answers by its own protocol.
    async fn launch(&mut self) {
        let command = self.command(&self.folder.join("data"));
        let mut starting = Starting::new("PostgreSQL", command, &self.folder.join("log"));
        while let Err(error) = self.answers().await {
            starting.patience(&error).await;
        }
        self.running = starting.runs();
    }

    async fn answers(&self) -> Result<(), sqlx::Error> {
        self.login(ADMIN, &self.password, database::FIRST).await?.close().await
    }

    fn command(&self, data: &Path) -> std::process::Command {
        let mut command = self.account.command(&self.binaries.program("postgres"));
        command.arg("-D").arg(data).args(["-h", "127.0.0.1", "-p", &self.port.to_string()]);
        let ours = ["unix_socket_directories=", "fsync=off", "shared_buffers=16MB", "max_connections=200"];
        for setting in ours.into_iter().chain(self.extra.iter().map(String::as_str)) {
            command.args(["-c", setting]);
        }
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
