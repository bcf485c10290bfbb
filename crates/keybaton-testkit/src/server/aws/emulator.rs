//! An emulator on loopback, shared by the tests of a binary or private to one.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::sync::OnceCell;

use super::key::AwsKey;
use super::program;
use super::request::Asked;
use crate::server::process::Account;
use crate::server::running::{Running, Starting};
use crate::server::{folder, free_port, skipped, web};

/// What an identity may do that may do everything.
const EVERYTHING: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// What Secrets Manager is called in requests.
const SECRETS: &str = "secretsmanager";

static MINISTACK: OnceCell<Aws> = OnceCell::const_new();
static MOTO: OnceCell<Aws> = OnceCell::const_new();

/// Whose implementation it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Ministack,
    Moto,
}

/// An emulator of AWS on loopback, with authentication on; a private one ends when dropped, a shared one with the test
/// binary. It keeps everything in memory.
pub struct Aws {
    whose: Whose,
    folder: PathBuf,
    port: u16,
    root: AwsKey,
    running: Mutex<Running>,
}

impl Aws {
    /// The `ministack` of this test binary, or `None` where the environment says to skip.
    pub async fn ministack() -> Option<&'static Self> {
        if skipped() {
            return None;
        }
        Some(MINISTACK.get_or_init(|| Self::launched(Whose::Ministack)).await)
    }

    /// The `moto` of this test binary, or `None` where the environment says to skip.
    pub async fn moto() -> Option<&'static Self> {
        if skipped() {
            return None;
        }
        Some(MOTO.get_or_init(|| Self::launched(Whose::Moto)).await)
    }

    /// A private `ministack`, or `None` where the environment says to skip.
    pub async fn private() -> Option<Self> {
        if skipped() {
            return None;
        }
        Some(Self::launched(Whose::Ministack).await)
    }

    /// The address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The key that may do everything.
    pub fn root(&self) -> &AwsKey {
        &self.root
    }

    /// Asks Secrets Manager, and tells status and answer.
    pub fn secrets(&self, key: &AwsKey, action: &str, body: &Value) -> (u16, Value) {
        let (status, text) = self.send(key, SECRETS, about(action), body.to_string());
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// The headers of a request to Secrets Manager, signed for a port that leads here: for a client of a test's own.
    pub fn signed(&self, port: u16, key: &AwsKey, action: &str, body: &str) -> Vec<(String, String)> {
        let asked = Asked { port, service: SECRETS, headers: about(action), body: body.to_owned() };
        asked.signed(key).unwrap_or_else(|error| panic!("{action}: {error}"))
    }

    /// Asks a service that takes forms: `iam` or `sts`, and tells status and answer.
    pub fn form(&self, key: &AwsKey, service: &str, action: &str, parameters: &[(&str, &str)]) -> (u16, String) {
        let version = if service == "iam" { "2010-05-08" } else { "2011-06-15" };
        let mut body = format!("Action={action}&Version={version}");
        for (name, value) in parameters {
            let _ = write!(body, "&{name}=");
            for byte in value.bytes() {
                let _ = match byte {
                    b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                        write!(body, "{}", char::from(byte))
                    }
                    // As the clients of AWS for Python write it: moto verifies what it has read and written again.
                    b' ' => write!(body, "+"),
                    _ => write!(body, "%{byte:02X}"),
                };
            }
        }
        let headers = vec![("content-type", "application/x-www-form-urlencoded".to_owned())];
        self.send(key, service, headers, body)
    }

    /// Makes a user, that may do what a policy says.
    pub fn user(&self, name: &str, policy: Option<&str>) {
        self.run("CreateUser", &[("UserName", name)]);
        if let Some(policy) = policy {
            self.policy(name, policy);
        }
    }

    /// Says what a user may do.
    pub fn policy(&self, user: &str, policy: &str) {
        let parameters = [("UserName", user), ("PolicyName", "test"), ("PolicyDocument", policy)];
        self.run("PutUserPolicy", &parameters);
    }

    /// Makes an access key of a user.
    pub fn access_key(&self, user: &str) -> AwsKey {
        let answer = self.run("CreateAccessKey", &[("UserName", user)]);
        AwsKey::new(&element(&answer, "AccessKeyId"), &element(&answer, "SecretAccessKey"))
    }

    /// Asks IAM by the key that may do everything, which has to work.
    pub fn run(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let (status, answer) = self.form(&self.root, "iam", action, parameters);
        assert_eq!(status, 200, "{action}: {answer}");
        answer
    }

    /// Asks Secrets Manager by the key that may do everything, which has to work.
    pub fn tell(&self, action: &str, body: &Value) -> Value {
        let (status, answer) = self.secrets(&self.root, action, body);
        assert_eq!(status, 200, "{action}: {answer}");
        answer
    }

    /// Whether an access key is taken, by asking who it belongs to.
    pub fn takes(&self, key: &AwsKey) -> bool {
        self.form(key, "sts", "GetCallerIdentity", &[]).0 == 200
    }

    /// Freezes the emulator: callers see a time-out, not an error.
    pub fn freeze(&self) {
        self.running().freeze();
    }

    /// Lets a frozen emulator go on.
    pub fn thaw(&self) {
        self.running().thaw();
    }

    async fn launched(whose: Whose) -> Self {
        let account = Account { ids: None };
        let folder = folder::run(&folder::root(account), account);
        // The root of ministack is known by this id; moto asks nobody who he is until it is told to.
        let root = AwsKey::new("test", "test");
        let mut aws = Self { whose, folder, port: free_port(), root, running: Mutex::default() };
        let mut starting = Starting::new("emulator of AWS", aws.command(account), &aws.folder.join("log"));
        while let Err(error) = aws.health() {
            starting.patience(&error).await;
        }
        *aws.running() = starting.runs();
        if whose == Whose::Moto {
            aws.authenticate();
        }
        aws
    }

    /// Makes a user that may do everything, and has everybody asked who he is from then on.
    fn authenticate(&mut self) {
        self.user("root", Some(EVERYTHING));
        let root = self.access_key("root");
        let headers = [("Content-Type", "application/octet-stream")];
        let answer = web::exchange(self.port, "POST", "/moto-api/reset-auth", &headers, Some("0"));
        assert_eq!(answer.expect("switch authentication on").0, 200);
        self.root = root;
    }

    fn send(&self, key: &AwsKey, service: &str, headers: Vec<(&str, String)>, body: String) -> (u16, String) {
        let asked = Asked { port: self.port, service, headers, body };
        asked.send(key).unwrap_or_else(|error| panic!("{service}: {error}"))
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn health(&self) -> std::io::Result<u16> {
        let path = match self.whose {
            Whose::Ministack => "/_localstack/health",
            Whose::Moto => "/moto-api/",
        };
        web::exchange(self.port, "GET", path, &[], None).map(|(status, _)| status)
    }

    /// Both listen everywhere unless they are told not to; ministack's broker has no address of its own and stays off.
    fn command(&self, account: Account) -> Command {
        let mut command = account.command(&program::python());
        let port = self.port.to_string();
        match self.whose {
            Whose::Ministack => {
                command.args(["-m", "ministack"]).env("PYTHONPATH", program::installed("ministack"));
                command.env("GATEWAY_PORT", port).env("BIND_HOST", "127.0.0.1");
                command.env("AUTH", "true").env("IOT_MTLS_ENABLED", "0");
            }
            Whose::Moto => {
                command.args(["-c", "import sys; from moto.server import main; main(sys.argv[1:])"]);
                command.args(["-H", "127.0.0.1", "-p", &port]).env("PYTHONPATH", program::installed("moto"));
            }
        }
        command.env("HOME", &self.folder).env("PYTHONDONTWRITEBYTECODE", "1").current_dir(&self.folder);
        command
    }
}

impl Drop for Aws {
    fn drop(&mut self) {
        self.running().stop();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The headers that say what is asked of Secrets Manager.
fn about(action: &str) -> Vec<(&'static str, String)> {
    vec![("content-type", "application/x-amz-json-1.1".to_owned()), ("x-amz-target", format!("{SECRETS}.{action}"))]
}

/// The text of the first element of a name.
fn element(answer: &str, name: &str) -> String {
    let text = answer.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once("</"));
    text.unwrap_or_else(|| panic!("no {name} in the answer")).0.to_owned()
}
