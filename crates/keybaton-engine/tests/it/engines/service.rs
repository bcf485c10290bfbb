//! The service: requests are noticed, leases and the heartbeat are given up at the end, and idle secrets cost nothing.

use std::{sync::Arc, time::Duration};

use keybaton_core::{
    facts::Presence,
    policy::{Policy, Until},
    rotation::Cause,
};
use keybaton_engine::{Charge, Charges, Driver, Lane, Options, RealTime, Service, Time};
use keybaton_ports::{Adoption, Operations, Proof, Store, VaultUse, Wanted};
use keybaton_seal::{Keyring, MasterKey};
use keybaton_store::{Clock, Memory, SystemClock};
use keybaton_testkit::{
    fake::{FakeIssuer, FakeProbe, FakeSettings},
    fault::Faults,
};
use keybaton_types::{Installation, Outcome, SecretId};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::world::{Mortal, SimTime, policy, value};

/// A store, its secrets and the service over them.
struct House {
    memory: Memory,
    store: Arc<Mortal>,
    keyring: Arc<Keyring>,
    charges: Charges,
}

impl House {
    fn new(clock: Arc<dyn Clock>) -> Self {
        let installation = Installation("a1b2c3".to_owned());
        let keyring = Arc::new(Keyring::new(&MasterKey::generate().unwrap(), &installation).unwrap());
        let memory = Memory::new(installation, clock);
        let store = Arc::new(Mortal::new(Arc::new(memory.clone()), Arc::new(Faults::none()), None));
        Self { memory, store, keyring, charges: Charges::default() }
    }

    fn service(&self, time: Arc<dyn Time>, stop: &CancellationToken) -> JoinHandle<()> {
        let store: Arc<dyn Store> = Arc::clone(&self.store) as _;
        let keyring = Arc::clone(&self.keyring);
        let driver = Driver::new(Arc::clone(&store), keyring, Arc::clone(&time), "service", Presence::Stays);
        let options = Options { holder: "service".to_owned(), concurrency: 16 };
        let service = Service::new(options, store, time, Arc::new(driver), self.charges.clone());
        let stop = stop.clone();
        tokio::spawn(async move { service.run(stop).await.unwrap() })
    }

    async fn driver(&self, secret: &SecretId) -> Option<String> {
        self.memory.read(secret).await.unwrap().unwrap().driver
    }
}

fn charge(memory: &Memory, secret: SecretId, issuer: &FakeIssuer) -> Charge {
    let moment = Duration::from_millis(300);
    let mut policy = Policy { consumers: Vec::new(), ..policy() };
    policy.overlap.until = Until::Time;
    policy.overlap.min = moment;
    policy.watch.span = moment;
    policy.watch.every = Duration::from_millis(100);
    Charge {
        secret,
        owner: None,
        issuer_name: "fake".to_owned(),
        vault_name: "embedded".to_owned(),
        issuer: Arc::new(issuer.clone()),
        probe: Arc::new(FakeProbe::new(issuer.clone())),
        vault: Arc::new(memory.vault()),
        render: None,
        policy,
        schedule: None,
        lane: Arc::new(Lane::new(4, Duration::from_millis(1))),
    }
}

async fn within<F: Future<Output = bool>>(span: Duration, what: &str, mut holds: impl FnMut() -> F) {
    let met = async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(tokio::time::timeout(span, met).await.is_ok(), "not within {span:?}: {what}");
}

#[tokio::test]
async fn the_service_notices_requests_drives_them_and_leaves_nothing_behind() {
    let house = House::new(Arc::new(SystemClock));
    let names: Vec<SecretId> = (1..=3).map(|no| format!("secret-{no}/prod").parse().unwrap()).collect();
    let issuers: Vec<FakeIssuer> =
        names.iter().map(|_| FakeIssuer::new(FakeSettings::default(), Arc::new(|| SystemClock.now()))).collect();
    let charges = || names.iter().zip(&issuers).map(|(name, issuer)| charge(&house.memory, name.clone(), issuer));
    house.charges.replace(charges());
    let port: Arc<dyn Store> = Arc::new(house.memory.clone());
    let time: Arc<dyn Time> = Arc::new(RealTime::new());
    let local = keybaton_engine::Local::new(
        port,
        Arc::clone(&house.keyring),
        Arc::clone(&time),
        house.charges.clone(),
        "shell",
    );
    for (secret, issuer) in names.iter().zip(&issuers) {
        let adoption = Adoption {
            secret: secret.clone(),
            id: Some(issuer.plant("old-1", value(&format!("the old value of {secret}")))),
            value: value(&format!("the old value of {secret}")),
            proof: Proof::Needed,
            vault: VaultUse::Compare,
            sharing: keybaton_ports::Sharing::Refused,
            by: "ann".to_owned(),
        };
        local.adopt(adoption).await.unwrap();
    }
    let stop = CancellationToken::new();
    let service = house.service(time, &stop);
    let second = Duration::from_secs(1);
    within(second, "a heartbeat", async || house.memory.engines().await.unwrap().len() == 1).await;
    for secret in &names {
        let asked = local.ask(secret, Wanted::Rotate(Cause::Asked), "ann").await.unwrap();
        assert_eq!(asked.driver.as_deref(), Some("service"));
    }
    within(second, "every request is noticed", async || {
        let snapshot = house.memory.read(&names[2]).await.unwrap().unwrap();
        snapshot.asks.is_empty() && snapshot.driver.as_deref() == Some("service")
    })
    .await;
    within(second * 30, "every rotation is done", async || {
        let mut done = 0;
        for secret in &names {
            let last = house.memory.read(secret).await.unwrap().unwrap().ledger.last;
            done += usize::from(last.is_some_and(|last| last.outcome == Outcome::Done));
        }
        done == names.len()
    })
    .await;
    local.ask(&names[0], Wanted::Rotate(Cause::Asked), "ann").await.unwrap();
    within(second * 2, "a rotation is driven", async || house.driver(&names[0]).await.is_some()).await;
    stop.cancel();
    service.await.unwrap();
    assert_eq!(house.driver(&names[0]).await, None);
    assert!(house.memory.engines().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_thousand_idle_secrets_cost_two_reads_each_once_and_then_only_the_polls() {
    const SECRETS: usize = 1_000;
    const POLLS: usize = 100;
    let time = SimTime::default();
    let house = House::new(Arc::new(time.clock()));
    let issuer = FakeIssuer::new(FakeSettings::default(), time.reader());
    let names: Vec<SecretId> = (0..SECRETS).map(|no| format!("secret-{no}/prod").parse().unwrap()).collect();
    for name in &names {
        house.memory.enroll(name).await.unwrap();
    }
    house.charges.replace(names.iter().map(|name| charge(&house.memory, name.clone(), &issuer)));
    let stop = CancellationToken::new();
    let service = house.service(Arc::new(time.clone()), &stop);
    settle(&house).await;
    let first = house.store.reads();
    for _ in 0..POLLS {
        time.advance(Duration::from_millis(250)).await;
        settle(&house).await;
    }
    let idle = house.store.reads() - first;
    println!("{SECRETS} idle secrets: {first} reads at first, {idle} in {POLLS} polls");
    // Two reads a secret, and two a look, of which there is at most one for each pass that ended.
    assert!(first <= 4 * SECRETS + 10, "{first}");
    // A stamp and the time at each poll; the list when the heartbeat, every three seconds, has moved the stamp.
    assert!(idle <= POLLS * 2 + POLLS / 4, "{idle}");
    stop.cancel();
    service.await.unwrap();
}

/// Lets the service run until it only waits.
async fn settle(house: &House) {
    let mut calm = 0;
    while calm < 20 {
        let before = house.store.reads();
        tokio::task::yield_now().await;
        calm = if house.store.reads() == before { calm + 1 } else { 0 };
    }
}
