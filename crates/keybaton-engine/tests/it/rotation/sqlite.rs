//! The same rotation on the store that users have, in its own file.

use std::{sync::Arc, time::Duration};

use keybaton_core::{
    facts::Presence,
    policy::{Policy, Until},
    rotation::Cause,
};
use keybaton_engine::{Charge, Charges, Driver, Lane, Local, Pass, Time};
use keybaton_ports::{Adoption, Operations, Proof, Store, VaultUse, Verified, Wanted};
use keybaton_seal::{Keyring, MasterKey};
use keybaton_store::{Options, Sqlite};
use keybaton_testkit::fake::{FakeIssuer, FakeProbe, FakeSettings};
use keybaton_types::{Outcome, SecretId};

use crate::world::{OLD, SimTime, policy, value};

fn charge(store: &Sqlite, secret: &SecretId, issuer: &FakeIssuer) -> Charge {
    let mut policy = Policy { consumers: Vec::new(), ..policy() };
    policy.overlap.until = Until::Time;
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
        lane: Arc::new(Lane::new(4, Duration::ZERO)),
    }
}

fn adoption(secret: &SecretId, issuer: &FakeIssuer) -> Adoption {
    Adoption {
        secret: secret.clone(),
        id: Some(issuer.plant(OLD, value("the old value"))),
        value: value("the old value"),
        proof: Proof::Needed,
        vault: VaultUse::Compare,
        sharing: keybaton_ports::Sharing::Refused,
        by: "ann".to_owned(),
    }
}

#[tokio::test]
async fn a_plain_rotation_on_sqlite_is_done_in_at_most_fourteen_commits() {
    let (folder, time, master) = (tempfile::tempdir().unwrap(), SimTime::default(), MasterKey::generate().unwrap());
    let mut options = Options::new(folder.path().join("state.db"), master.id().unwrap());
    (options.create, options.clock) = (true, Arc::new(time.clock()));
    let store = Sqlite::open(options).await.unwrap().store;
    let keyring = Arc::new(Keyring::new(&master, store.installation()).unwrap());
    let (port, clock): (Arc<dyn Store>, Arc<dyn Time>) = (Arc::new(store.clone()), Arc::new(time.clone()));
    let secret: SecretId = "payments/prod".parse().unwrap();
    let issuer = FakeIssuer::new(FakeSettings::default(), time.reader());
    let charges = Charges::new([charge(&store, &secret, &issuer)]);
    let local = Local::new(Arc::clone(&port), Arc::clone(&keyring), Arc::clone(&clock), charges.clone(), "shell");
    local.adopt(adoption(&secret, &issuer)).await.unwrap();
    local.ask(&secret, Wanted::Rotate(Cause::Asked), "ann").await.unwrap();
    let before = store.commits();
    let driver = Driver::new(port, keyring, clock, "engine", Presence::Stays);
    for _ in 0..100 {
        if driver.pass(&charges.get(&secret).unwrap()).await.unwrap() == Pass::Idle {
            break;
        }
        time.advance(Duration::from_secs(30)).await;
    }
    let ledger = store.read(&secret).await.unwrap().unwrap().ledger;
    assert_eq!(ledger.last.map(|last| last.outcome), Some(Outcome::Done));
    println!("sqlite: {} commits", store.commits() - before);
    assert!(store.commits() - before <= 14, "{} commits", store.commits() - before);
    assert_eq!(issuer.live().len(), 1);
    assert!(local.get(&secret, "ann").await.is_ok());
    assert!(matches!(store.audit_verify(None).await.unwrap(), Verified::Whole { .. }));
}
