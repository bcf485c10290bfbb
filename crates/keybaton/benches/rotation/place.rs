//! A state database on the disk, and secrets whose far services are fakes that answer at once.

use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use keybaton_core::policy::{OnStraggler, Overlap, Policy, Rollback, Until, WatchFor};
use keybaton_engine::{Charge, Charges, Lane, Local, RealTime, Time};
use keybaton_ports::{Adoption, Operations as _, Proof, Sharing, Store, VaultUse};
use keybaton_seal::{Keyring, MasterKey, SecretValue};
use keybaton_store::{Clock as _, HookPoint, Options, Sqlite, SystemClock};
use keybaton_testkit::fake::{FakeIssuer, FakeProbe, FakeSettings};
use keybaton_types::{IssuedId, SecretId};
use tempfile::TempDir;

use crate::Outcome;

/// The key that is adopted.
const OLD: &str = "old";

/// A state database on the disk, with adopted secrets.
pub(crate) struct Place {
    pub(crate) store: Sqlite,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) time: Arc<dyn Time>,
    pub(crate) charges: Charges,
    pub(crate) operations: Local,
    issuers: Vec<FakeIssuer>,
    durable: Arc<Mutex<Durable>>,
    folder: TempDir,
}

/// How long making commits durable took.
#[derive(Default)]
struct Durable {
    begun: Option<Instant>,
    spans: Vec<Duration>,
}

impl Place {
    /// Makes it, and adopts so many secrets, each at an issuer of its own. A rotation overlaps, and is watched after the
    /// publish and after the switching off, for `pace` each.
    pub(crate) async fn make(secrets: usize, pace: Duration) -> Outcome<Self> {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let master = MasterKey::generate()?;
        let durable = Arc::new(Mutex::new(Durable::default()));
        let heard = Arc::clone(&durable);
        let hook = Arc::new(move |point, _| lock(&heard).note(point));
        let options = Options::new(folder.path().join("state.db"), master.id()?);
        let store = Sqlite::open(Options { create: true, hook: Some(hook), ..options }).await?.store;
        let keyring = Arc::new(Keyring::new(&master, store.installation())?);
        let time: Arc<dyn Time> = Arc::new(RealTime::new());
        let (mut charges, mut issuers, mut adoptions) = (Vec::new(), Vec::new(), Vec::new());
        let lane = Arc::new(Lane::new(secrets, Duration::ZERO));
        for no in 0..secrets {
            let secret = SecretId::new(&format!("s{no}"), "bench")?;
            let issuer = FakeIssuer::new(FakeSettings::default(), Arc::new(|| SystemClock.now()));
            let value = format!("the old value of {secret}");
            issuer.plant(OLD, SecretValue::from_text(value.clone())?);
            charges.push(charge(&secret, &issuer, &store, policy(pace), &lane));
            issuers.push(issuer);
            adoptions.push(adoption(secret, SecretValue::from_text(value)?));
        }
        let charges = Charges::new(charges);
        let parts = (Arc::new(store.clone()), Arc::clone(&keyring), Arc::clone(&time));
        let operations = Local::new(parts.0, parts.1, parts.2, charges.clone(), "bench-command");
        for adoption in adoptions {
            operations.adopt(adoption).await?;
        }
        Ok(Self { store, keyring, time, charges, operations, issuers, durable, folder })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How long making each commit durable took, since the last time this was asked.
    pub(crate) fn take_durable(&self) -> Vec<Duration> {
        std::mem::take(&mut lock(&self.durable).spans)
    }

    /// Whether every adopted key is destroyed. It asks the fakes, because asking the ledgers would be measured too.
    pub(crate) fn is_rid_of_the_old(&self) -> bool {
        let gone = |issuer: &FakeIssuer| issuer.live().iter().all(|credential| credential.id.0 != OLD);
        self.issuers.iter().all(gone)
    }
}

impl Durable {
    fn note(&mut self, point: HookPoint) {
        match point {
            HookPoint::Before => self.begun = Some(Instant::now()),
            HookPoint::After => self.spans.extend(self.begun.take().map(|begun| begun.elapsed())),
        }
    }
}

fn lock(durable: &Mutex<Durable>) -> MutexGuard<'_, Durable> {
    durable.lock().unwrap_or_else(PoisonError::into_inner)
}

fn charge(secret: &SecretId, issuer: &FakeIssuer, store: &Sqlite, policy: Policy, lane: &Arc<Lane>) -> Charge {
    Charge {
        secret: secret.clone(),
        owner: None,
        issuer_name: "fake".to_owned(),
        vault_name: "embedded".to_owned(),
        issuer: Arc::new(issuer.clone()),
        probe: Arc::new(FakeProbe::new(issuer.clone())),
        vault: Arc::new(store.vault()),
        render: None,
        policy,
        schedule: None,
        lane: Arc::clone(lane),
    }
}

fn policy(pace: Duration) -> Policy {
    Policy {
        overlap: Overlap {
            min: pace,
            max: Duration::from_mins(10),
            until: Until::Time,
            on_straggler: OnStraggler::Hold,
        },
        watch: WatchFor { span: pace, every: pace, failures: 2 },
        rollback: Rollback::Auto,
        force_after: Duration::from_mins(1),
        ttl: Duration::from_mins(10),
        max_stale: Duration::from_hours(1),
        max_request: Duration::from_secs(10),
        consumers: Vec::new(),
        max_age: None,
    }
}

fn adoption(secret: SecretId, value: SecretValue) -> Adoption {
    let (id, by) = (Some(IssuedId::from(OLD)), "bench".to_owned());
    Adoption { secret, id, value, proof: Proof::Needed, vault: VaultUse::Compare, sharing: Sharing::Refused, by }
}
