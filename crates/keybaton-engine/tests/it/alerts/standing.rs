//! What is the matter although nothing happens.

use std::{sync::Arc, time::Duration};

use keybaton_core::{
    policy::{Policy, Rollback},
    rotation::Cause,
};
use keybaton_engine::{
    Charge, Charges, Driver,
    alerts::{Courier, Lookout},
};
use keybaton_ports::{Blame, Certainty, Message, Standing, Wanted};
use keybaton_testkit::fault::Faults;
use keybaton_types::{CredentialNo, Phase};

use super::stage::{Answers, Ear, Stage, look};
use crate::world::{Mood, Setting, World, policy};

const DAY: Duration = Duration::from_hours(24);

/// A world with a lookout over it, and somebody who is told.
struct Tower {
    world: World,
    stage: Stage,
    charges: Charges,
    lookout: Lookout,
    courier: Courier,
    ear: Arc<Ear>,
}

impl Tower {
    async fn over(policy: Policy) -> Self {
        let mut world = World::adopted(Setting { policy, ..Setting::default() }, Faults::none(), None).await;
        world.work().await;
        let (stage, ear) = (Stage::new().await, Ear::new(Answers::Takes));
        let courier = stage.courier("one", &["ops"], &[("ops", &ear)]);
        let charges = Charges::new([world.charge.clone()]);
        let lookout = lookout(&world, &stage, &charges);
        Self { world, stage, charges, lookout, courier, ear }
    }

    /// What is told after one more look.
    async fn told(&mut self) -> Vec<Message> {
        self.lookout.look().await;
        look(&self.courier).await;
        self.ear.heard()
    }

    /// The same in short.
    async fn brief(&mut self) -> Vec<(Standing, String)> {
        self.told().await.into_iter().map(|message| (message.standing, message.kind)).collect()
    }

    async fn begin(&mut self) -> Driver {
        self.world.ask(Wanted::Rotate(Cause::Asked)).await;
        self.world.engine()
    }

    /// The consumers work, and the engine does what is due.
    async fn pass(&mut self, driver: Driver) -> Driver {
        self.world.work().await;
        self.world.drive_once(driver).await
    }

    async fn phase(&self) -> Option<Phase> {
        self.world.snapshot().await.ledger.rotation.map(|rotation| rotation.phase())
    }
}

fn lookout(world: &World, stage: &Stage, charges: &Charges) -> Lookout {
    Lookout::new(Arc::new(stage.store.clone()), Arc::new(world.memory.clone()), charges.clone())
}

/// A policy of which nothing is told by itself.
fn quiet() -> Policy {
    Policy { max_age: Some(DAY), ..policy() }
}

fn raised(kind: &str) -> (Standing, String) {
    (Standing::Raised, kind.to_owned())
}

fn resolved(kind: &str) -> (Standing, String) {
    (Standing::Resolved, kind.to_owned())
}

#[tokio::test]
async fn a_key_that_is_older_than_its_policy_is_told_once_until_it_is_replaced() {
    let mut tower = Tower::over(quiet()).await;
    assert_eq!(tower.brief().await, []);
    tower.world.time.advance(DAY + Duration::from_mins(1)).await;
    let told = tower.told().await;
    assert_eq!((told.len(), told[0].kind.as_str(), told[0].standing), (1, "overdue", Standing::Raised));
    assert_eq!(told[0].what, "the key of payments/prod is from 2026-01-05T12:00:00Z and overdue: max_age is 1d");
    tower.world.time.advance(DAY).await;
    assert_eq!(tower.brief().await, [], "it only gets older");
    let mut driver = tower.begin().await;
    while tower.world.live().len() < 2 || tower.phase().await.is_some() {
        driver = tower.pass(driver).await;
        if tower.world.served().await == Some(CredentialNo(2)) {
            break;
        }
    }
    assert_eq!(tower.brief().await, [resolved("overdue")]);
}

#[tokio::test]
async fn a_key_that_nothing_rotates_is_told_once_by_however_many_processes() {
    let mut tower = Tower::over(policy()).await;
    assert_eq!(tower.brief().await, [raised("no-policy")]);
    tower.lookout = lookout(&tower.world, &tower.stage, &tower.charges);
    assert_eq!(tower.brief().await, [], "the next process knows that it was told");
    let charge = Charge { policy: quiet(), ..tower.world.charge.clone() };
    tower.charges.replace([charge]);
    assert_eq!(tower.brief().await, [resolved("no-policy")]);
}

#[tokio::test]
async fn a_secret_that_left_the_configuration_has_nothing_the_matter() {
    let mut tower = Tower::over(policy()).await;
    assert_eq!(tower.brief().await, [raised("no-policy")]);
    tower.charges.replace([]);
    tower.lookout = lookout(&tower.world, &tower.stage, &tower.charges);
    assert_eq!(tower.brief().await, [resolved("no-policy")]);
}

#[tokio::test]
async fn a_straggler_is_told_by_name_before_the_overlap_is_over() {
    let mut tower = Tower::over(quiet()).await;
    tower.world.crew.workers[1].stuck = true;
    let mut driver = tower.begin().await;
    let told = loop {
        driver = tower.pass(driver).await;
        let told = tower.told().await;
        if !told.is_empty() {
            break told;
        }
        assert_ne!(tower.phase().await, Some(Phase::Held), "nobody was told before the end");
    };
    assert_eq!((told.len(), told[0].kind.as_str()), (1, "late-straggler"));
    assert_eq!(told[0].what, "web/web-2 may still use the old key of payments/prod, and 80 % of overlap.max are over");
    let ledger = tower.world.snapshot().await.ledger;
    let published = ledger.version(ledger.current.unwrap()).unwrap().published.unwrap();
    let waited = tower.world.now().since(published);
    assert!((24..26).contains(&(waited.as_secs() / 60)), "{waited:?} of 30 minutes");
    tower.world.crew.workers[1].stuck = false;
    while tower.phase().await.is_some() {
        driver = tower.pass(driver).await;
    }
    assert_eq!(tower.brief().await, [resolved("late-straggler")]);
}

#[tokio::test]
async fn a_probe_that_is_refused_while_nobody_rolls_back_is_told_until_it_is_let_in() {
    let mut tower = Tower::over(Policy { rollback: Rollback::Off, ..quiet() }).await;
    tower.world.crew.workers[1].stuck = true;
    let mut driver = tower.begin().await;
    while tower.phase().await != Some(Phase::Draining) {
        driver = tower.pass(driver).await;
    }
    assert_eq!(tower.brief().await, []);
    tower.world.gate.be(Mood::RefusesNew);
    let told = loop {
        driver = tower.pass(driver).await;
        let told = tower.brief().await;
        if !told.is_empty() {
            break told;
        }
    };
    assert_eq!(told, [raised("probe-failing")]);
    tower.world.gate.be(Mood::Honest);
    let told = loop {
        driver = tower.pass(driver).await;
        let told = tower.brief().await;
        if !told.is_empty() {
            break told;
        }
    };
    assert_eq!(told, [resolved("probe-failing")]);
    driver.release().await;
}

#[tokio::test]
async fn a_watch_whose_probe_goes_silent_is_told() {
    let mut tower = Tower::over(quiet()).await;
    let mut driver = tower.begin().await;
    while tower.phase().await != Some(Phase::Draining) {
        driver = tower.pass(driver).await;
    }
    tower.world.gate.be(Mood::Silent);
    let told = loop {
        driver = tower.pass(driver).await;
        let told = tower.told().await;
        if !told.is_empty() {
            break told;
        }
        assert_eq!(tower.phase().await, Some(Phase::Draining));
    };
    assert_eq!(told[0].kind, "probe-failing");
    assert!(told[0].what.contains("does not get on: its probe gives no clear answer"), "{}", told[0].what);
    driver.release().await;
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_in_a_watch_is_told_until_it_does() {
    let mut tower = Tower::over(quiet()).await;
    tower.world.crew.workers[1].stuck = true;
    let mut driver = tower.begin().await;
    while tower.world.served().await != Some(CredentialNo(2)) {
        driver = tower.pass(driver).await;
    }
    assert_eq!(tower.brief().await, []);
    tower.world.issuer.outage(Some((Blame::Transient, Certainty::Unknown)));
    for _ in 0..6 {
        driver = tower.pass(driver).await;
    }
    let told = tower.told().await;
    assert!(told.iter().any(|message| message.kind == "issuer-unreachable"), "{told:?}");
    tower.world.issuer.outage(None);
    for _ in 0..2 {
        driver = tower.pass(driver).await;
    }
    assert!(tower.brief().await.contains(&resolved("issuer-unreachable")));
    driver.release().await;
}
