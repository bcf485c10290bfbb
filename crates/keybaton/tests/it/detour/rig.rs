//! An agent with a detour, and what it is asked.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use keybaton_testkit::server::OpenBao;
use keybaton_types::{Installation, Label, OpSeq, SecretId};
use reqwest::{Client, StatusCode};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::agent::{Fake, TOKEN};
use crate::stage::{Keybaton, Running, SECRET};

/// The installation whose versions count.
pub(super) const INSTALLATION: &str = "a1b2c3";

/// No condition of these tests takes longer to come about, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(80);

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A path of its own in a KV engine that many tests share.
pub(super) fn fresh() -> String {
    format!("detour{}/payments", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Short terms, so that a test sees their end.
pub(super) const TERMS: &str = "after = \"1s\"\nevery = \"1s\"\nmax_stale = \"1m\"";

/// An agent.toml with one detour: the table of its vault, and the name there.
pub(super) fn agent_toml(installation: &str, name: &str, vault: &str) -> String {
    format!(
        "version = 1\n[[detour]]\nsecret = \"{SECRET}\"\ninstallation = \"{installation}\"\nname = \"{name}\"\n{TERMS}\n\
         [detour.vault]\n{vault}\n"
    )
}

/// The table of an `OpenBao` that is read by a token which may read one path and nothing else.
pub(super) fn reading(keybaton: &Keybaton, bao: &OpenBao, path: &str) -> String {
    let policy = format!("path \"secret/data/{path}\" {{ capabilities = [\"read\"] }}");
    let token = bao.token(&format!("agent-{}", path.replace('/', "-")), &policy, "1h");
    keybaton.write("reader.token", &keybaton_testkit::text(&token));
    format!(
        "type = \"hashicorp-vault\"\nurl = \"{}\"\ntoken = {{ file = \"reader.token\" }}\ntimeout = \"2s\"",
        bao.url()
    )
}

/// Writes a version as an engine of the installation would.
pub(super) fn publish(bao: &OpenBao, path: &str, installation: &str, number: u64, value: &str) {
    let (secret, makes): (SecretId, u64) = (SECRET.parse().unwrap(), bao.version(path) + 1);
    let label = Label::new(&Installation(installation.to_owned()), &secret, OpSeq(1000 + number));
    let metadata = format!("secret/metadata/{path}");
    if makes == 1 {
        bao.run("POST", &metadata, &json!({ "max_versions": 0 }));
    }
    bao.run("PATCH", &metadata, &json!({ "custom_metadata": { format!("{label}.1"): format!("{number}@{makes}") } }));
    bao.put(path, &json!({ "value": value }));
}

/// How an agent is asked.
pub(super) struct Reader {
    http: Client,
    url: String,
    token: String,
}

impl Reader {
    /// Of an agent that was just started.
    pub(super) async fn of(agent: &mut Running, token: &str) -> Self {
        let said = agent.says("serving").await;
        let url = said.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        let (url, token) = (url.trim_end_matches(',').to_owned(), token.trim().to_owned());
        Self { http: Client::new(), url, token }
    }

    pub(super) async fn read(&self) -> (StatusCode, Value) {
        let asked = self.http.get(format!("{}/v1/secrets/{SECRET}", self.url)).bearer_auth(&self.token);
        let answer = asked.header("keybaton-instance", "reader-1").send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    /// Reads until the answer is as it should be, and returns it.
    pub(super) async fn until(&self, what: &str, is_so: impl Fn(StatusCode, &Value) -> bool) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let (status, document) = self.read().await;
            if is_so(status, &document) {
                return document;
            }
            assert!(Instant::now() < until, "never came: {what}, but {status} {document}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Reads until it gets a version with this value.
    pub(super) async fn comes_to(&self, version: u64, value: &str) -> Value {
        let is_so = |_, document: &Value| document["version"] == version && document["value"] == value;
        self.until(&format!("version {version}"), is_so).await
    }

    /// Says that it works with a version, until somebody takes it.
    pub(super) async fn uses(&self, version: u64) {
        let until = Instant::now() + PATIENCE;
        loop {
            let told = self.http.post(format!("{}/v1/secrets/{SECRET}/sightings", self.url)).bearer_auth(&self.token);
            let told = told.header("keybaton-instance", "reader-1");
            let status = told.json(&json!({ "version": version, "kind": "used" })).send().await.unwrap().status();
            if status == StatusCode::NO_CONTENT {
                return;
            }
            assert!(Instant::now() < until, "nobody hears of the use: {status}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// A number of the metrics.
    pub(super) async fn metric(&self, name: &str) -> u64 {
        let page = self.http.get(format!("{}/metrics", self.url)).bearer_auth(&self.token).send().await.unwrap();
        let page = page.text().await.unwrap();
        let row = page.lines().find(|line| line.starts_with(&format!("{name}{{"))).unwrap_or_else(|| panic!("{page}"));
        row.rsplit(' ').next().unwrap().parse().unwrap()
    }
}

/// An agent before a server of the tests, with a detour to a KV secret.
pub(super) struct Stage<'a> {
    pub(super) bao: &'a OpenBao,
    pub(super) keybaton: Keybaton,
    pub(super) fake: Fake,
    pub(super) path: String,
}

impl<'a> Stage<'a> {
    /// The server serves version 1, and so does the vault.
    pub(super) async fn new(bao: &'a OpenBao) -> Self {
        let (mut keybaton, fake, path) = (Keybaton::new(), Fake::start("v4lue-1-0f-the-test").await, fresh());
        keybaton.write("token", TOKEN);
        keybaton.set("KEYBATON_SERVER", &fake.url());
        keybaton.set("KEYBATON_INSTANCE", "host-1");
        keybaton.write("agent.toml", &agent_toml(INSTALLATION, &path, &reading(&keybaton, bao, &path)));
        let stage = Self { bao, keybaton, fake, path };
        stage.publish(1);
        stage
    }

    /// An engine writes a version into the vault, which the server does not tell.
    pub(super) fn publish(&self, number: u64) {
        publish(self.bao, &self.path, INSTALLATION, number, &format!("v4lue-{number}-0f-the-test"));
    }

    /// An agent, and how it is asked.
    pub(super) async fn agent(&self, flags: &str) -> (Running, Reader) {
        let line = format!("agent --token-file token --listen 127.0.0.1:0 --files agent.toml {flags}");
        let mut agent = self.keybaton.start(&line);
        let reader = Reader::of(&mut agent, TOKEN).await;
        (agent, reader)
    }
}

/// Ends an agent in order; it has told nobody a value.
pub(super) async fn end(agent: Running) {
    agent.signal(Signal::TERM);
    agent.ended().await.exits(0).hides("v4lue-").hides(TOKEN);
}
