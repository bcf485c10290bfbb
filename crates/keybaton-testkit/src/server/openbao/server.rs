//! An `OpenBao` server on loopback, shared by the tests of a binary or private to one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use keybaton_seal::SecretValue;
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::program;
use crate::server::certificate::Certificate;
use crate::server::process::Account;
use crate::server::running::{Running, Starting};
use crate::server::{folder, free_port, skipped, web};

/// How long an unsealed server may take until it leads.
const PATIENCE: Duration = Duration::from_secs(30);

static SHARED: OnceCell<OpenBao> = OnceCell::const_new();

/// An `OpenBao` server on loopback with a KV engine, version 2, at `secret`; a private one ends when dropped, the shared
/// one with the test binary.
pub struct OpenBao {
    account: Account,
    folder: PathBuf,
    port: u16,
    tls: Option<(u16, Certificate)>,
    root: String,
    key: String,
    running: Mutex<Running>,
}

impl OpenBao {
    /// The server of this test binary, or `None` where the environment says to skip.
    pub async fn shared() -> Option<&'static Self> {
        if skipped() {
            return None;
        }
        Some(SHARED.get_or_init(|| Self::launched(false)).await)
    }

    /// A private server, or `None` where the environment says to skip.
    pub async fn start() -> Option<Self> {
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
        Some(Self::launched(true).await)
    }

    /// The address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address that speaks TLS, and the file with the authority that signed its certificate for 127.0.0.1.
    pub fn tls(&self) -> (String, &Path) {
        let (port, certificate) = self.tls.as_ref().expect("the server speaks TLS");
        (format!("https://127.0.0.1:{port}"), &certificate.authority)
    }

    /// The token that may do everything.
    pub fn root(&self) -> SecretValue {
        SecretValue::from_text(self.root.clone()).expect("a token")
    }

    /// Asks by the token that may do everything; `path` is below `/v1/`.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        self.ask_as(&self.root, method, path, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// The same, which has to work.
    pub fn run(&self, method: &str, path: &str, body: &Value) -> Value {
        let (status, answer) = self.ask(method, path, body);
        assert!((200..300).contains(&status), "{method} {path}: {status} {answer}");
        answer
    }

    /// Writes a KV secret as anybody would, over whatever is there.
    pub fn put(&self, path: &str, fields: &Value) {
        self.run("POST", &format!("secret/data/{path}"), &json!({ "data": fields }));
    }

    /// The fields of a KV secret; none where it is not there, or its last version was deleted.
    pub fn get(&self, path: &str) -> Option<Value> {
        let (status, answer) = self.ask("GET", &format!("secret/data/{path}"), &Value::Null);
        (status == 200).then(|| answer["data"]["data"].clone())
    }

    /// The number of the last version of a KV secret.
    pub fn version(&self, path: &str) -> u64 {
        let (_, answer) = self.ask("GET", &format!("secret/metadata/{path}"), &Value::Null);
        answer["data"]["current_version"].as_u64().unwrap_or(0)
    }

    /// What is said of a KV secret as a whole.
    pub fn metadata(&self, path: &str) -> Value {
        self.run("GET", &format!("secret/metadata/{path}"), &Value::Null)["data"].clone()
    }

    /// Makes a token that lives so long and may do what a policy says.
    pub fn token(&self, name: &str, policy: &str, ttl: &str) -> SecretValue {
        self.policy(name, policy);
        let asked = json!({ "policies": [name], "ttl": ttl, "no_default_policy": false });
        let made = self.run("POST", "auth/token/create", &asked);
        SecretValue::from_text(made["auth"]["client_token"].as_str().expect("a token").to_owned()).expect("a token")
    }

    /// Writes a policy.
    pub fn policy(&self, name: &str, policy: &str) {
        self.run("POST", &format!("sys/policies/acl/{name}"), &json!({ "policy": policy }));
    }

    /// Seals it: it knows nothing until it is unsealed.
    pub fn seal(&self) {
        self.run("PUT", "sys/seal", &Value::Null);
    }

    /// Unseals it, and waits until it leads.
    pub async fn unseal(&self) {
        self.run("PUT", "sys/unseal", &json!({ "key": self.key }));
        let patience = Instant::now() + PATIENCE;
        while !self.health().is_ok_and(|status| status == 200) {
            assert!(Instant::now() < patience, "OpenBao does not lead; its log ends with\n{}", self.running().log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Freezes the server: callers see a time-out, not an error.
    pub fn freeze(&self) {
        self.running().freeze();
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) {
        self.running().thaw();
    }

    /// Kills the server where it stands.
    pub fn kill(&self) {
        self.running().kill();
    }

    /// Starts a killed server again with what it had, sealed, on the same port.
    pub async fn restart(&self) {
        self.running().stop();
        self.launch().await;
    }

    async fn launched(with_tls: bool) -> Self {
        let account = Account { ids: None };
        let folder = folder::run(&folder::root(account), account);
        let tls = with_tls.then(|| (free_port(), Certificate::write(&folder, account)));
        let (root, key) = (String::new(), String::new());
        let mut server = Self { account, folder, port: free_port(), tls, root, key, running: Mutex::default() };
        folder::private(&server.folder.join("data"), account);
        fs::write(server.folder.join("server.hcl"), server.configuration()).expect("write the server's configuration");
        server.launch().await;
        let made = server.run("PUT", "sys/init", &json!({ "secret_shares": 1, "secret_threshold": 1 }));
        made["root_token"].as_str().expect("a token").clone_into(&mut server.root);
        made["keys_base64"][0].as_str().expect("a key").clone_into(&mut server.key);
        server.unseal().await;
        server.mount().await;
        server
    }

    /// Starts the process and waits until it answers by its own protocol.
    async fn launch(&self) {
        let mut starting = Starting::new("OpenBao", self.command(), &self.folder.join("log"));
        while let Err(error) = self.health() {
            starting.patience(&error).await;
        }
        *self.running() = starting.runs();
    }

    /// Mounts the KV engine, and waits until it takes requests.
    async fn mount(&self) {
        self.run("POST", "sys/mounts/secret", &json!({ "type": "kv", "options": { "version": "2" } }));
        let patience = Instant::now() + PATIENCE;
        while self.ask("GET", "secret/data/ready", &Value::Null).0 != 404 {
            assert!(Instant::now() < patience, "the KV engine does not come up");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn health(&self) -> std::io::Result<u16> {
        web::exchange(self.port, "GET", "/v1/sys/health", &[], None).map(|(status, _)| status)
    }

    fn ask_as(&self, token: &str, method: &str, path: &str, body: &Value) -> std::io::Result<(u16, Value)> {
        let body = (!body.is_null()).then(|| body.to_string());
        let kind = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        let headers = [("X-Vault-Token", token), ("Content-Type", kind)];
        let (status, text) = web::exchange(self.port, method, &format!("/v1/{path}"), &headers, body.as_deref())?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::Null)))
    }

    fn configuration(&self) -> String {
        let Self { folder, port, .. } = self;
        let (folder, cluster) = (folder.display(), free_port());
        let tls = self.tls.as_ref().map(|(port, certificate)| {
            let (server, key) = (certificate.server.display(), certificate.key.display());
            format!(
                "listener \"tcp\" {{ address = \"127.0.0.1:{port}\" cluster_address = \"127.0.0.1:{}\" \
                 tls_cert_file = \"{server}\" tls_key_file = \"{key}\" }}\n",
                free_port()
            )
        });
        format!(
            "storage \"raft\" {{ path = \"{folder}/data\" node_id = \"one\" performance_multiplier = \"1\" }}\n\
             listener \"tcp\" {{ address = \"127.0.0.1:{port}\" cluster_address = \"127.0.0.1:{cluster}\" \
             tls_disable = true }}\n{}\
             api_addr = \"http://127.0.0.1:{port}\"\ncluster_addr = \"https://127.0.0.1:{cluster}\"\n",
            tls.unwrap_or_default()
        )
    }

    fn command(&self) -> Command {
        let mut command = self.account.command(&program::bao());
        command.arg("server").arg(format!("-config={}", self.folder.join("server.hcl").display()));
        command.env("HOME", &self.folder).current_dir(&self.folder);
        command
    }
}

impl Drop for OpenBao {
    fn drop(&mut self) {
        self.running().stop();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
