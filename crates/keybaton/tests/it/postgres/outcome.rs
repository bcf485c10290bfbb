//! The five outcomes of a call to a real server, one at a time: not sent, refused, unknown and done, unknown and not done,
//! twice. Whatever happens, the rotation ends, one role can log in, and its value is ours.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use keybaton_connectors::postgres::{IssuerSettings, PostgresIssuer, PostgresProbe};
use keybaton_core::{
    policy::{OnStraggler, Overlap, Policy, Rollback, Until, WatchFor},
    rotation::{Cause, Request},
};
use keybaton_engine::{Charge, Charges, Lanes, Local, RealTime};
use keybaton_ports::{Adoption, Operations as _, Proof, Store, VaultUse, Wanted};
use keybaton_seal::{Keyring, MasterKey};
use keybaton_store::{Options, Sqlite};
use keybaton_testkit::{
    fault::{Call, Faults, Faulty, FaultyVault, Injected},
    server::{Database, Postgres},
};
use keybaton_types::{IssuedId, SecretId, document::Result as How};
use serde_json::json;

/// No rotation takes longer, however it is broken.
const LONGEST: Duration = Duration::from_mins(2);

/// An engine over a real role, with one call that goes wrong.
struct Drill {
    secret: SecretId,
    owner: String,
    database: Database<'static>,
    faults: Arc<Faults>,
    store: Arc<dyn Store>,
    local: Local,
    _folder: tempfile::TempDir,
}

impl Drill {
    /// An adopted role; the first call of this kind goes wrong.
    async fn new(call: Call, injected: Injected) -> Option<Self> {
        let name = format!("outcome_{call:?}_{injected:?}").to_lowercase();
        let database = Postgres::shared().await?.database(&name).await;
        let owner = database.role("app");
        let adopted = database.login_role(&owner, "").await;
        // The adoption publishes too: the publish that goes wrong is the rotation's.
        let index = usize::from(call == Call::Publish);
        let faults = Arc::new(Faults::of(call, index, injected));
        let folder = tempfile::tempdir().unwrap();
        let master = MasterKey::generate().unwrap();
        let options = Options { create: true, ..Options::new(folder.path().join("state.db"), master.id().unwrap()) };
        let sqlite = Sqlite::open(options).await.unwrap().store;
        let keyring = Arc::new(Keyring::new(&master, sqlite.installation()).unwrap());
        let secret: SecretId = "orders/prod".parse().unwrap();
        let charge = charge(&secret, &database, &owner, &sqlite, &faults);
        let store: Arc<dyn Store> = Arc::new(sqlite);
        let charges = Charges::new([charge]);
        let local = Local::new(Arc::clone(&store), keyring, Arc::new(RealTime::new()), charges, "drill");
        let adoption = Adoption {
            secret: secret.clone(),
            id: Some(IssuedId(owner.clone())),
            value: adopted,
            proof: Proof::Needed,
            vault: VaultUse::Compare,
            sharing: keybaton_ports::Sharing::Refused,
            by: "drill".to_owned(),
        };
        local.adopt(adoption).await.unwrap();
        Some(Self { secret, owner, database, faults, store, local, _folder: folder })
    }

    /// Rotates until the rotation has ended; what is held is resumed.
    async fn rotate(&self) -> How {
        let asked = self.local.ask(&self.secret, Wanted::Rotate(Cause::Asked), "drill").await.unwrap();
        let begun = Instant::now();
        while begun.elapsed() < LONGEST {
            let progress = self.local.advance(&self.secret, &asked.rotation).await.unwrap();
            match progress.rotation.outcome {
                How::Draining => {}
                How::Held => drop(self.local.ask(&self.secret, Wanted::Of(Request::Resume), "drill").await),
                How::Done | How::RolledBack => return progress.rotation.outcome,
            }
            let next = progress.next.unwrap_or(Duration::from_millis(100));
            tokio::time::sleep(next.min(Duration::from_millis(100))).await;
        }
        panic!("the rotation did not end");
    }

    /// One role can log in, it is the current one, and its value is the one that the ledger keeps.
    async fn assert_whole(&self) {
        let query = format!(
            "SELECT string_agg(rolname, ' ') FROM pg_roles WHERE rolcanlogin AND rolname LIKE '{}%'",
            self.owner
        );
        let ledger = self.store.read(&self.secret).await.unwrap().unwrap().ledger;
        let current = ledger.current_credential().unwrap().issued.clone().unwrap();
        assert_eq!(self.database.text(&query).await, Some(current.to_string()));
        let served = self.local.get(&self.secret, "drill").await.unwrap();
        self.database.login(&current.0, &served.value).await.unwrap();
    }
}

fn charge(secret: &SecretId, database: &Database<'_>, owner: &str, sqlite: &Sqlite, faults: &Arc<Faults>) -> Charge {
    let table = json!({
        "url": database.url(), "owner": owner, "password": { "env": "UNUSED" }, "timeout": "2s", "quiescence": "2s",
    });
    let settings: IssuerSettings = serde_json::from_value(table).unwrap();
    let issuer = PostgresIssuer::new(&settings, database.password()).unwrap();
    Charge {
        secret: secret.clone(),
        owner: None,
        issuer_name: "db".to_owned(),
        vault_name: "embedded".to_owned(),
        issuer: Arc::new(Faulty::new(issuer, Arc::clone(faults))),
        probe: Arc::new(PostgresProbe::beside(&settings).unwrap()),
        vault: Arc::new(FaultyVault::new(sqlite.vault(), Arc::clone(faults))),
        render: None,
        policy: policy(),
        schedule: None,
        lane: Lanes::default().of("db"),
    }
}

fn policy() -> Policy {
    Policy {
        overlap: Overlap {
            min: Duration::from_millis(200),
            max: Duration::from_hours(1),
            until: Until::Time,
            on_straggler: OnStraggler::Hold,
        },
        watch: WatchFor { span: Duration::from_secs(1), every: Duration::from_millis(500), failures: 2 },
        rollback: Rollback::Auto,
        force_after: Duration::from_mins(1),
        ttl: Duration::from_secs(1),
        max_stale: Duration::from_secs(1),
        max_request: Duration::from_secs(1),
        consumers: Vec::new(),
        max_age: None,
    }
}

async fn survives(call: Call, injected: Injected) {
    let Some(drill) = Drill::new(call, injected).await else { return };
    let outcome = drill.rotate().await;
    assert_eq!(drill.faults.reached(), Some(call), "{injected:?} was never reached");
    drill.assert_whole().await;
    assert!(matches!(outcome, How::Done | How::RolledBack), "{call:?} {injected:?}");
}

/// Every outcome of one kind of call, at once.
async fn all(call: Call) {
    let outcomes =
        [Injected::NotSent, Injected::Refused, Injected::UnknownDone, Injected::UnknownNotDone, Injected::Duplicate];
    let mut running = tokio::task::JoinSet::new();
    for injected in outcomes {
        running.spawn(survives(call, injected));
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_becomes_of_a_create_one_role_can_log_in() {
    all(Call::Create).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_becomes_of_a_publish_one_role_can_log_in() {
    all(Call::Publish).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_becomes_of_a_disable_one_role_can_log_in() {
    all(Call::Disable).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_becomes_of_a_destroy_one_role_can_log_in() {
    all(Call::Destroy).await;
}
