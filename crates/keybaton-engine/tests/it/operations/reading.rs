//! Reading: the status, an explanation, a plan, the value.

use keybaton_core::{ledger::Origin, plan::Verdict, rotation::Cause, sheet::Fencing};
use keybaton_ports::{FailureKind, Operations, Store, Wanted};
use keybaton_testkit::{fake::FakeVault, fault::Faults};
use keybaton_types::{Grade, Outcome, Phase};

use super::local;
use crate::world::{End, Setting, World};

async fn adopted() -> World {
    let mut world = World::adopted(Setting::default(), Faults::none(), None).await;
    world.work().await;
    world
}

#[tokio::test]
async fn a_value_is_shown_to_whoever_is_written_down_first() {
    let world = adopted().await;
    let served = local(&world).get(&world.secret, "ann").await.unwrap();
    assert_eq!(served.version.0, 1);
    assert!(world.keyring.matches(&served.value, &served.fingerprint).unwrap());
    let rows = world.memory.audit_rows(Some(&world.secret), 0, 100).await.unwrap();
    let last = rows.last().unwrap();
    assert!(last.body.contains("ann") && last.body.contains("revealed"), "{}", last.body);
}

#[tokio::test]
async fn a_secret_without_a_key_has_no_value() {
    let world = World::new(Setting::default(), Faults::none(), None);
    assert_eq!(local(&world).get(&world.secret, "ann").await.err().map(|f| f.kind), Some(FailureKind::No));
}

#[tokio::test]
async fn a_key_that_was_shown_is_evidenced_at_best_and_whoever_saw_it_is_no_straggler() {
    for (shown, grade) in [(false, Grade::Proved), (true, Grade::Evidenced)] {
        let mut setting = Setting::default();
        setting.issuer.switching = keybaton_core::sheet::Ability::Lacks;
        let mut world = World::adopted(setting, Faults::none(), None).await;
        let mut grades = Vec::new();
        for _ in 0..2 {
            world.work().await;
            if shown {
                local(&world).get(&world.secret, "ann").await.unwrap();
            }
            world.crew.drops = true;
            world.ask(Wanted::Rotate(Cause::Asked)).await;
            assert_eq!(world.run(async |_: &mut World| {}).await, End::Over(Outcome::Done));
            grades.push(world.snapshot().await.ledger.last.and_then(|last| last.grade).unwrap());
        }
        assert_eq!(grades, [Grade::Evidenced, grade], "the first was adopted, the second minted");
        assert!(world.snapshot().await.ledger.credentials.iter().any(|c| c.origin == Origin::Minted));
    }
}

#[tokio::test]
async fn status_plan_and_explanation_read_and_change_nothing() {
    let world = adopted().await;
    let local = local(&world);
    let before = world.snapshot().await.ledger;
    let status = local.status().await.unwrap();
    let row = &status.secrets[0];
    assert_eq!((row.version, row.phase, row.live_credentials), (Some(1), Phase::Idle, 1));
    assert_eq!((row.consumers.instances, row.consumers.on_current), (2, 2));
    assert_eq!(local.plan(&world.secret).await.unwrap().verdict, Verdict::CanStart);
    local.explain(&world.secret).await.unwrap();
    assert_eq!(world.snapshot().await.ledger, before);
}

#[tokio::test]
async fn a_plan_says_that_who_reads_a_vault_itself_gets_no_copy_from_keybaton() {
    for (vault, is_said) in [(FakeVault::new(Fencing::Fenced), false), (FakeVault::guarded(), true)] {
        let mut world = World::new(Setting::default(), Faults::none(), None);
        world.vault = std::sync::Arc::new(vault);
        world.store.enroll(&world.secret).await.unwrap();
        let plan = local(&world).plan(&world.secret).await.unwrap();
        let said = plan.risks.iter().any(|risk| risk.what.contains("read the vault itself"));
        assert_eq!(said, is_said, "{:?}", plan.risks);
    }
}
