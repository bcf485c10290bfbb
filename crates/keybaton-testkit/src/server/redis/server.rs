//! A Redis server on loopback, shared by the tests of a binary or private to one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use keybaton_seal::{Alphabet, SecretValue, draw, redis_password_digest};
use tokio::sync::OnceCell;

use super::RedisClient;
use crate::server::certificate::Certificate;
use crate::server::process::Account;
use crate::server::running::{Running, Starting};
use crate::server::{folder, free_port, program, skipped};

/// The user of tests who may do everything.
const ADMIN: &str = "admin";

static SHARED: OnceCell<Redis> = OnceCell::const_new();

/// A Redis server on loopback; a private one ends when dropped, the shared one with the test binary.
pub struct Redis {
    account: Account,
    folder: PathBuf,
    port: u16,
    password: SecretValue,
    acl_file: Option<PathBuf>,
    tls: Option<Tls>,
    running: Running,
}

/// The port that speaks TLS.
struct Tls {
    port: u16,
    certificate: Certificate,
}

impl Redis {
    /// The server of this test binary, or `None` where the environment says to skip.
    pub async fn shared() -> Option<&'static Self> {
        if skipped() {
            return None;
        }
        Some(SHARED.get_or_init(|| Self::launched(true)).await)
    }

    /// A private server with a file for its users, or `None` where the environment says to skip.
    pub async fn start() -> Option<Self> {
        if skipped() {
            return None;
        }
        Some(Self::launched(true).await)
    }

    /// A private server that keeps its users in its configuration file, or `None` where the environment says to skip.
    pub async fn without_acl_file() -> Option<Self> {
        if skipped() {
            return None;
        }
        Some(Self::launched(false).await)
    }

    /// A private server that speaks TLS on a second port, or `None` where the environment says to skip.
    pub async fn with_tls() -> Option<Self> {
        if skipped() {
            return None;
        }
        let mut server = Self::prepared(true);
        let certificate = Certificate::write(&server.folder, server.account);
        server.tls = Some(Tls { port: free_port(), certificate });
        server.launch().await;
        Some(server)
    }

    /// The port that speaks TLS, and the file with the authority that signed its certificate for 127.0.0.1.
    pub fn tls(&self) -> (u16, &Path) {
        let tls = self.tls.as_ref().expect("the server speaks TLS");
        (tls.port, &tls.certificate.authority)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address without a user.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// The user who may do everything.
    pub fn admin(&self) -> &'static str {
        ADMIN
    }

    /// That user's password.
    pub fn password(&self) -> SecretValue {
        copy(&self.password)
    }

    /// Makes a user with these further words of `ACL SETUSER`, and tells its password.
    pub async fn user(&self, name: &str, words: &str) -> SecretValue {
        let value = draw(&Alphabet::ALPHANUMERIC, 24).expect("draw a password");
        self.run(&format!("ACL SETUSER {name} reset on #{} {words}", redis_password_digest(&value))).await;
        value
    }

    /// Runs a command as the user who may do everything.
    pub async fn run(&self, command: &str) -> String {
        let mut client = self.login(ADMIN, &self.password).await.expect("log in as the administrator");
        client.run(command).await.unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    /// A connection of a user.
    pub async fn login(&self, user: &str, value: &SecretValue) -> Result<RedisClient, String> {
        let mut client = RedisClient::connect(self.port).await?;
        client.login(user, value).await?;
        Ok(client)
    }

    /// What stands in the file of users.
    pub fn acl_file(&self) -> String {
        self.acl_file.as_ref().map(|path| fs::read_to_string(path).expect("read the ACL file")).unwrap_or_default()
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

    /// Starts a killed server again, with the same users on the same port.
    pub async fn restart(&mut self) {
        self.running.stop();
        self.launch().await;
    }

    async fn launched(with_file: bool) -> Self {
        let mut server = Self::prepared(with_file);
        server.launch().await;
        server
    }

    fn prepared(with_file: bool) -> Self {
        let account = Account::of("redis");
        let folder = folder::run(&folder::root(account), account);
        let password = draw(&Alphabet::ALPHANUMERIC, 24).expect("draw a password");
        let users = format!("user default off\nuser {ADMIN} on #{} ~* &* +@all\n", redis_password_digest(&password));
        let acl_file = with_file.then(|| folder.join("users.acl"));
        let file = |path: &Path, text: &str| {
            fs::write(path, text).expect("write a file of the server");
            account.own(path);
        };
        if let Some(path) = &acl_file {
            file(path, &users);
        }
        file(&folder.join("redis.conf"), if with_file { "" } else { &users });
        Self { account, folder, port: free_port(), password, acl_file, tls: None, running: Running::default() }
    }

    /// Starts the process and waits until it answers by its own protocol.
    async fn launch(&mut self) {
        let mut starting = Starting::new("Redis", self.command(), &self.folder.join("log"));
        while let Err(error) = self.login(ADMIN, &self.password).await {
            starting.patience(&error).await;
        }
        self.running = starting.runs();
    }

    fn command(&self) -> Command {
        let mut command = self.account.command(&program::find("redis-server", "Redis", "redis-server"));
        command.arg(self.folder.join("redis.conf")).args(["--port", &self.port.to_string(), "--bind", "127.0.0.1"]);
        command.args(["--save", "", "--appendonly", "no"]).arg("--dir").arg(&self.folder);
        if let Some(path) = &self.acl_file {
            command.arg("--aclfile").arg(path);
        }
        if let Some(Tls { port, certificate }) = &self.tls {
            command.args(["--tls-port", &port.to_string(), "--tls-auth-clients", "no"]);
            command.arg("--tls-cert-file").arg(&certificate.server).arg("--tls-key-file").arg(&certificate.key);
            command.arg("--tls-ca-cert-file").arg(&certificate.authority);
        }
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.running.stop();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn copy(value: &SecretValue) -> SecretValue {
    SecretValue::new(value.expose().to_vec()).expect("copy a password")
}
