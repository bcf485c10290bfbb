//! The stage: the sandbox with a three-year-old key, a state folder, a running engine, and the consumers.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use keybaton_connectors::{build::BuildError, registry};
use keybaton_core::{
    facts::Presence,
    policy::{Consumer, Evidence, OnStraggler, Overlap, Policy, Rollback, Until, WatchFor},
};
use keybaton_engine::{Charge, Charges, Driver, Lanes, Local, Options, RealTime, Service, Time};
use keybaton_ports::{Adoption, Failure, Operations as _, Probe, Proof, Sharing, Store, VaultUse};
use keybaton_sandbox::{InitialKey, Sandbox};
use keybaton_seal::{Keyring, MasterKey, SecretValue};
use keybaton_store::Sqlite;
use keybaton_types::{IssuedId, SecretId};
use serde_json::json;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{
    consumer::{Desk, Worker},
    failed,
};
use crate::report::{Report, Tone};

/// The consumer of the demo and its instances.
pub(super) const CONSUMER: &str = "billing";
pub(super) const INSTANCES: u32 = 3;

/// The three-year-old key that nobody dares to change.
const OLD_ID: &str = "key_legacy";

/// Everything that the acts play with.
pub(super) struct Stage {
    pub(super) secret: SecretId,
    pub(super) store: Arc<dyn Store>,
    pub(super) operations: Local,
    pub(super) sandbox: Sandbox,
    pub(super) workers: Vec<Worker>,
    shutdown: CancellationToken,
    engine: JoinHandle<Result<(), keybaton_engine::Error>>,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// Sets everything up and adopts the old key.
    pub(super) async fn set(report: &Report) -> Result<Self, Failure> {
        let folder = tempfile::tempdir().map_err(|error| failed("no folder of its own", &error))?;
        let token = draw()?;
        let old = draw()?;
        let sandbox = open(&token, &old).await?;
        report.step(Tone::Good, "sandbox", &format!("a stranger's API with true 401s on {}", sandbox.url()));
        let master = MasterKey::create(&folder.path().join("master.key")).map_err(|e| failed("no master key", &e))?;
        let (state, keyring) = state(&folder, &master).await?;
        let secret: SecretId = "payments/prod".parse().map_err(|error| failed("no name", &error))?;
        let store: Arc<dyn Store> = Arc::clone(&state) as _;
        let charges = Charges::new([charge(&sandbox, &secret, &state, token)?]);
        let time: Arc<dyn Time> = Arc::new(RealTime::new());
        let parts = (Arc::clone(&store), Arc::clone(&keyring), Arc::clone(&time));
        let operations = Local::new(parts.0, parts.1, parts.2, charges.clone(), "demo-command");
        adopt(&operations, &secret, old, report).await?;
        let shutdown = CancellationToken::new();
        let engine = tokio::spawn(engine(&store, &keyring, &time, charges).run(shutdown.clone()));
        let desk = Desk { store: Arc::clone(&store), keyring, secret: secret.clone(), api: sandbox.url().to_owned() };
        let mut workers = Vec::new();
        for number in 1..=INSTANCES {
            let name = format!("{CONSUMER}-{number}");
            workers.push(Worker::start(desk.clone(), name).map_err(|error| failed("no HTTP client", &error))?);
        }
        report.step(
            Tone::Good,
            "consumers",
            &format!("{INSTANCES} instances of {CONSUMER} call the API without a pause"),
        );
        Ok(Self { secret, store, operations, sandbox, workers, shutdown, engine, _folder: folder })
    }

    /// Ends everything that was begun.
    pub(super) async fn clear(self) {
        for worker in self.workers {
            worker.stop().await;
        }
        self.shutdown.cancel();
        let _ = self.engine.await;
        self.sandbox.stop().await;
    }
}

async fn open(token: &SecretValue, old: &SecretValue) -> Result<Sandbox, Failure> {
    let options = keybaton_sandbox::Options {
        max_credentials: Some(2),
        propagation: Duration::from_millis(200),
        revoke_lag: Duration::from_millis(200),
        initial: vec![InitialKey::new(OLD_ID, reveal(old))],
        ..keybaton_sandbox::Options::new(reveal(token))
    };
    Sandbox::start(options).await.map_err(|error| failed("the sandbox did not start", &error))
}

async fn state(folder: &tempfile::TempDir, master: &MasterKey) -> Result<(Arc<Sqlite>, Arc<Keyring>), Failure> {
    let id = master.id().map_err(|error| failed("the master key has no id", &error))?;
    let path = folder.path().join("state").join("state.db");
    let options = keybaton_store::Options { create: true, ..keybaton_store::Options::new(path, id) };
    let opened = Sqlite::open(options).await.map_err(|error| failed("no state database", &error))?;
    let store = Arc::new(opened.store);
    let keyring = Keyring::new(master, store.installation()).map_err(|error| failed("no keyring", &error))?;
    Ok((store, Arc::new(keyring)))
}

fn engine(store: &Arc<dyn Store>, keyring: &Arc<Keyring>, time: &Arc<dyn Time>, charges: Charges) -> Service {
    let holder = "demo-engine".to_owned();
    let parts = (Arc::clone(store), Arc::clone(keyring), Arc::clone(time));
    let driver = Driver::new(parts.0, parts.1, parts.2, holder.clone(), Presence::Stays);
    let options = Options { holder, concurrency: 4 };
    Service::new(options, Arc::clone(store), Arc::clone(time), Arc::new(driver), charges)
}

/// The connectors are the ones that everybody uses, built from the same settings as in keybaton.toml.
fn charge(sandbox: &Sandbox, secret: &SecretId, state: &Sqlite, token: SecretValue) -> Result<Charge, Failure> {
    let unbuilt = |error: BuildError| failed("a connector was not built", &error);
    let url = sandbox.url();
    let settings = json!({
        "base": url,
        "auth": { "bearer": { "env": "DEMO_ADMIN_TOKEN" } },
        "max_credentials": 2,
        "timeout": "2s",
        "propagation": "500ms",
        "quiescence": "2s",
        "create": { "request": "POST /v1/keys", "json": { "name": "{{ label }}" }, "id": "$.id", "value": "$.secret" },
        "list": {
            "request": "GET /v1/keys", "items": "$.keys[*]", "id": "$.id", "label": "$.name",
            "created": "$.created_at", "last_used": "$.last_used_at", "enabled": "$.enabled", "next": "$.page.next",
        },
        "disable": { "request": "POST /v1/keys/{{ id }}/disable" },
        "enable": { "request": "POST /v1/keys/{{ id }}/enable" },
        "revoke": { "request": "DELETE /v1/keys/{{ id }}", "gone": [404] },
    });
    let missing = || BuildError::setting("type", "there is no http connector");
    let issuer = registry::issuer("http", &settings).unwrap_or_else(|| Err(missing())).map_err(unbuilt)?;
    let probe = json!({ "http": format!("GET {url}/health"), "bearer": "{{ value }}" });
    let probe = registry::probe("http", &probe).unwrap_or_else(|| Err(missing())).map_err(unbuilt)?;
    let probe: Arc<dyn Probe> = probe.build(Vec::new()).map_err(unbuilt)?;
    Ok(Charge {
        secret: secret.clone(),
        owner: None,
        issuer_name: "sandbox".to_owned(),
        vault_name: "embedded".to_owned(),
        issuer: issuer.build(secret, vec![token]).map_err(unbuilt)?,
        probe,
        vault: Arc::new(state.vault()),
        render: None,
        policy: policy(),
        schedule: None,
        lane: Lanes::default().of("sandbox"),
    })
}

/// The defaults of a real secret, with seconds where they have hours.
fn policy() -> Policy {
    Policy {
        overlap: Overlap {
            min: Duration::from_secs(1),
            max: Duration::from_mins(5),
            until: Until::AllConsumers,
            on_straggler: OnStraggler::Hold,
        },
        watch: WatchFor { span: Duration::from_secs(2), every: Duration::from_millis(200), failures: 2 },
        rollback: Rollback::Auto,
        force_after: Duration::from_mins(1),
        ttl: Duration::from_secs(1),
        max_stale: Duration::from_secs(5),
        max_request: Duration::from_secs(1),
        consumers: vec![Consumer { name: CONSUMER.to_owned(), evidence: Evidence::Agent { instances: INSTANCES } }],
        max_age: None,
    }
}

async fn adopt(operations: &Local, secret: &SecretId, value: SecretValue, report: &Report) -> Result<(), Failure> {
    let adopted = operations
        .adopt(Adoption {
            secret: secret.clone(),
            id: Some(IssuedId::from(OLD_ID)),
            value,
            proof: Proof::Needed,
            vault: VaultUse::Compare,
            sharing: Sharing::Refused,
            by: "demo".to_owned(),
        })
        .await?;
    let created = adopted.created.unwrap_or_default();
    report.step(Tone::Good, "adopt", &format!("{OLD_ID} of {created}: taken over without changing it"));
    Ok(())
}

fn draw() -> Result<SecretValue, Failure> {
    keybaton_seal::draw(&keybaton_seal::Alphabet::ALPHANUMERIC, 32).map_err(|error| failed("no random value", &error))
}

/// The sandbox is a stranger: it is told the values as text.
#[expect(clippy::disallowed_methods, reason = "the sandbox of the demo plays the issuer, which knows its own keys")]
fn reveal(value: &SecretValue) -> String {
    String::from_utf8_lossy(value.expose()).into_owned()
}

/// The versions that were published, with the credential of each; for the verdict.
pub(super) async fn live(stage: &Stage) -> BTreeMap<String, bool> {
    let keys = stage.sandbox.state().keys();
    keys.into_iter().filter(|key| !key.destroyed).map(|key| (key.id, key.enabled)).collect()
}
