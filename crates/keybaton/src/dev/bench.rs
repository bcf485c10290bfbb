//! The bench of `dev`: everything but the server itself.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use keybaton_config::Config;
use keybaton_engine::{Opened, live_credentials};
use keybaton_ports::{Adoption, Failure, FailureKind, Operations as _, Proof, Sharing, Store, VaultUse};
use keybaton_sandbox::{InitialKey, Options, Sandbox};
use keybaton_seal::{MasterKey, SecretValue};
use keybaton_types::{IssuedId, SecretId};

use super::folder::Folder;
use crate::{
    cli::Global,
    commands::Context,
    report::{Report, Tone},
    state::{Missing, State},
    wiring::{Reach, Wired, misconfigured},
};

/// The secrets that are ready for use.
pub(crate) const SECRETS: [&str; 2] = ["payments/dev", "payments/staging"];

/// Where the files stand that only `dev` needs.
const TOKEN: &str = ".keybaton/sandbox.token";
const PORT: &str = ".keybaton/sandbox.port";

/// Seconds where a real policy has hours; `BASE` is where the sandbox listens.
const CONFIG: &str = r#"# Written by `keybaton dev`; change what you like, and send the server a SIGHUP or start it again.
version = 1

[server]
listen = "127.0.0.1:0"

[defaults]
overlap = { min = "5s", max = "1h", until = "time" }
watch   = { for = "5s", every = "1s", failures = 2 }

[issuer.sandbox]
type = "http"
base = "BASE"
auth = { bearer = { file = ".keybaton/sandbox.token" } }
max_credentials = 8
timeout     = "1s"
propagation = "500ms"
quiescence  = "2s"
create  = { request = "POST /v1/keys", json = { name = "{{ label }}" }, id = "$.id", value = "$.secret" }
list    = { request = "GET /v1/keys", items = "$.keys[*]", id = "$.id", label = "$.name", created = "$.created_at", last_used = "$.last_used_at", enabled = "$.enabled", next = "$.page.next" }
disable = { request = "POST /v1/keys/{{ id }}/disable" }
enable  = { request = "POST /v1/keys/{{ id }}/enable" }
revoke  = { request = "DELETE /v1/keys/{{ id }}", gone = [404] }

[secret.payments]
owner   = "you"
issuer  = "sandbox"
max_age = "90d"
probe   = { http = "GET BASE/health", bearer = "{{ value }}" }

[secret.payments.env.dev]
every = "7d"

[secret.payments.env.staging]
every = "30d"
"#;

/// Everything but the server itself.
pub(crate) struct Bench {
    folder: Folder,
    sandbox: Sandbox,
}

impl Bench {
    /// Sets it up; what a kept folder holds is gone on with.
    pub(crate) async fn set(context: Context<'_>, kept: Option<&Path>) -> Result<Self, Failure> {
        let folder = Folder::new(kept)?;
        let port = port(&folder)?;
        let token = folder.file(TOKEN, || Ok(reveal(&draw()?)))?;
        let base = format!("http://127.0.0.1:{port}");
        folder.file("keybaton.toml", || Ok(CONFIG.replace("BASE", &base)))?;
        folder.file(".keybaton/.gitignore", || Ok("*\n".to_owned()))?;
        let path = folder.path().join("keybaton.toml");
        let config = Config::load(&path).map_err(|error| misconfigured(&error, context.report))?;
        let known = known(&config, &folder, context.report).await?;
        let (sandbox, fresh) = open(port, token, known).await?;
        let bench = Self { folder, sandbox };
        context.report.step(Tone::Good, "sandbox", &format!("an API with true 401s on {}", bench.sandbox.url()));
        bench.adopt(context, fresh).await?;
        Ok(bench)
    }

    /// The configuration.
    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("keybaton.toml")
    }

    /// The folder of everything.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Whether the folder outlives the command.
    pub(crate) fn is_kept(&self) -> bool {
        matches!(self.folder, Folder::Kept(_))
    }

    /// Where the sandbox is.
    pub(crate) fn sandbox_url(&self) -> &str {
        self.sandbox.url()
    }

    /// Ends the sandbox, and throws away what is not kept.
    pub(crate) async fn clear(self, report: &Report) {
        self.sandbox.stop().await;
        match self.folder {
            Folder::Thrown(folder) => drop(folder),
            Folder::Kept(path) => report.step(Tone::Good, "kept", &path.display().to_string()),
        }
    }

    async fn adopt(&self, context: Context<'_>, fresh: Vec<Fresh>) -> Result<(), Failure> {
        let global = Global { config: Some(self.config()), ..context.global.clone() };
        let wired = Wired::new(&global, context.report, Reach::World).await?;
        for Fresh { secret, id, value } in fresh {
            let adoption = Adoption {
                secret: secret.clone(),
                id: Some(IssuedId::from(id.as_str())),
                value,
                proof: Proof::Needed,
                vault: VaultUse::Compare,
                sharing: Sharing::Refused,
                by: "dev".to_owned(),
            };
            wired.local().adopt(adoption).await?;
            context.report.step(Tone::Good, "adopted", &format!("{secret}: a three-year-old key, unchanged"));
        }
        Ok(())
    }
}

/// A secret without a key yet, and the key that waits for it at the sandbox.
struct Fresh {
    secret: SecretId,
    id: String,
    value: SecretValue,
}

/// What a ledger knows of each secret; the state is made if it is not there.
async fn known(config: &Config, folder: &Folder, report: &Report) -> Result<Vec<(SecretId, Vec<Opened>)>, Failure> {
    let key = folder.path().join(".keybaton/master.key");
    if !key.exists() {
        MasterKey::create(&key).map_err(|error| failed("there is no master key", &error))?;
    }
    let state = State::open(config, Missing::Create, report).await?;
    let store: Arc<dyn Store> = Arc::clone(&state.store) as _;
    let mut known = Vec::new();
    for secret in config.secrets.keys() {
        let opened = live_credentials(&store, &state.keyring, secret).await;
        known.push((secret.clone(), opened.map_err(|error| failed("the ledger cannot be read", &error))?));
    }
    Ok(known)
}

/// Starts the sandbox with every key that the ledger knows, and one for each secret that has none.
async fn open(port: u16, token: String, known: Vec<(SecretId, Vec<Opened>)>) -> Result<(Sandbox, Vec<Fresh>), Failure> {
    let (mut initial, mut fresh) = (Vec::new(), Vec::new());
    for (secret, opened) in known {
        if opened.is_empty() && SECRETS.contains(&secret.to_string().as_str()) {
            let (id, value) = (format!("key_{}", secret.env()), draw()?);
            initial.push(InitialKey::new(id.clone(), reveal(&value)));
            fresh.push(Fresh { secret, id, value });
            continue;
        }
        for key in opened {
            let label = key.label.map_or_else(|| "legacy".to_owned(), |label| label.to_string());
            initial.push(InitialKey { label, ..InitialKey::new(key.id.to_string(), reveal(&key.value)) });
        }
    }
    let options = Options {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        max_credentials: Some(8),
        propagation: Duration::from_millis(200),
        revoke_lag: Duration::from_millis(200),
        initial,
        ..Options::new(token)
    };
    let sandbox = Sandbox::start(options).await.map_err(|error| {
        failed(&format!("the sandbox cannot listen on 127.0.0.1:{port}"), &error)
            .hint("is another `keybaton dev` running in this folder?")
    })?;
    Ok((sandbox, fresh))
}

/// The port of the sandbox: drawn once, and the same whenever the folder is used again.
fn port(folder: &Folder) -> Result<u16, Failure> {
    let text = folder.file(PORT, || {
        let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
        free.map(|address| address.port().to_string()).map_err(|error| failed("there is no free port", &error))
    })?;
    text.trim().parse().map_err(|error| failed(&format!("{PORT} holds no port"), &error).hint("remove the file"))
}

fn draw() -> Result<SecretValue, Failure> {
    keybaton_seal::draw(&keybaton_seal::Alphabet::ALPHANUMERIC, 32)
        .map_err(|error| failed("there is no random value", &error))
}

/// The sandbox is a stranger: it is told the values as text.
#[expect(clippy::disallowed_methods, reason = "the sandbox of `dev` plays the issuer, which knows its own keys")]
fn reveal(value: &SecretValue) -> String {
    String::from_utf8_lossy(value.expose()).into_owned()
}

fn failed(what: &str, error: &dyn std::error::Error) -> Failure {
    Failure::new(FailureKind::Unknown, what).because(error).safe("nothing of yours was changed")
}
