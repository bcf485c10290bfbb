//! The process that is killed: an engine over the folder that it is started in, with a store that ends the process
//! around one commit.

use std::path::Path;
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use keybaton_config::{Config, Error, Secret, Table};
use keybaton_connectors::build::{BuildError, SettingsSource};
use keybaton_connectors::registry;
use keybaton_core::rotation::Cause;
use keybaton_engine::{Charge, Charges, Lanes, Local, RealTime, Time};
use keybaton_ports::{Operations, Store, Wanted};
use keybaton_seal::{Keyring, MasterKey, SecretValue};
use keybaton_store::{HookPoint, Options, Sqlite};
use keybaton_types::{Reference, document};
use serde::de::DeserializeOwned;

use crate::stage::Keybaton;

/// Where the child ends: `before 3` or `after 3`.
const WHERE: &str = "KEYBATON_TEST_KILL";

/// Where a process ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Death {
    pub(super) point: HookPoint,
    pub(super) commit: u64,
}

impl Death {
    /// Starts the child in a folder and waits for its end.
    pub(super) async fn strike(self, keybaton: &Keybaton) -> Output {
        let word = if self.point == HookPoint::Before { "before" } else { "after" };
        let mut command = tokio::process::Command::new(std::env::current_exe().unwrap());
        command.args(["kill::child::an_engine_that_is_killed", "--exact", "--ignored", "--nocapture"]);
        command.env(WHERE, format!("{word} {}", self.commit)).current_dir(keybaton.path(""));
        command.stdin(Stdio::null()).kill_on_drop(true);
        let ended = tokio::time::timeout(Duration::from_mins(1), command.output()).await;
        ended.unwrap_or_else(|_| panic!("the child does not end: {self:?}")).unwrap()
    }

    fn parse(text: &str) -> Self {
        let (word, commit) = text.split_once(' ').unwrap();
        let point = if word == "before" { HookPoint::Before } else { HookPoint::After };
        Self { point, commit: commit.parse().unwrap() }
    }
}

/// Not a test: the child of those that kill.
#[tokio::test]
#[ignore = "started by the tests that kill it"]
async fn an_engine_that_is_killed() {
    let Ok(text) = std::env::var(WHERE) else { return };
    let nothing = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    rustix::process::setrlimit(rustix::process::Resource::Core, nothing).unwrap();
    rotate(Death::parse(&text)).await;
}

async fn rotate(death: Death) {
    let config = Config::load(Path::new("keybaton.toml")).unwrap();
    let master = MasterKey::load(Path::new(".keybaton/master.key")).unwrap();
    let hook = Arc::new(move |point, commit| {
        if point == death.point && commit == death.commit {
            std::process::abort();
        }
    });
    let options = Options { hook: Some(hook), ..Options::new(".keybaton/state.db", master.id().unwrap()) };
    let state = Sqlite::open(options).await.unwrap().store;
    let keyring = Arc::new(Keyring::new(&master, state.installation()).unwrap());
    let secret = config.secrets.values().next().unwrap();
    let charge = charge(secret, &state);
    let (store, time): (Arc<dyn Store>, Arc<dyn Time>) = (Arc::new(state), Arc::new(RealTime::new()));
    let engine = Local::new(store, keyring, time, Charges::new([charge]), format!("child {}", std::process::id()));
    let asked = engine.ask(&secret.id, Wanted::Rotate(Cause::Asked), "the test").await.unwrap();
    loop {
        let progress = engine.advance(&secret.id, &asked.rotation).await.unwrap();
        if progress.rotation.outcome != document::Result::Draining {
            break;
        }
        tokio::time::sleep(
            progress.next.unwrap_or_default().clamp(Duration::from_millis(5), Duration::from_millis(50)),
        )
        .await;
    }
    engine.detach().await;
}

/// The connectors as the shipped binary builds them, from the same file.
fn charge(secret: &Secret, state: &Sqlite) -> Charge {
    let table = Source(&secret.issuer.table);
    let issuer = registry::issuer(&secret.issuer.kind.to_string(), &table).unwrap().map_err(|e| e.to_string()).unwrap();
    let values = issuer.references().into_iter().map(read).collect();
    let probe = secret.probe.as_ref().unwrap();
    let table = Source(&probe.table);
    let probe = registry::probe(&probe.kind.to_string(), &table).unwrap().map_err(|e| e.to_string()).unwrap();
    Charge {
        secret: secret.id.clone(),
        owner: None,
        lane: Lanes::default().of("issuer"),
        issuer_name: "issuer".to_owned(),
        vault_name: "embedded".to_owned(),
        issuer: issuer.build(&secret.id, values).unwrap(),
        probe: probe.build(Vec::new()).unwrap(),
        vault: Arc::new(state.vault()),
        render: None,
        policy: secret.policy.clone(),
        schedule: secret.schedule.clone(),
    }
}

fn read(reference: &Reference) -> SecretValue {
    let Reference::File(path) = reference else { panic!("the tests name files only") };
    SecretValue::read_from(std::fs::File::open(path).unwrap()).unwrap()
}

struct Source<'a>(&'a Table);

impl SettingsSource for Source<'_> {
    type Error = Error;

    fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        self.0.read()
    }

    fn refuse(&self, error: BuildError) -> Error {
        self.0.error(error.to_string(), None)
    }
}
