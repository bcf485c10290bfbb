//! Adopting: nothing changes but our own ledger, and only when the key is what it is said to be.

use keybaton_core::{
    ledger::{Far, Stage},
    rotation::Cause,
    sheet::{Ability, Fencing},
};
use keybaton_ports::{Adoption, FailureKind, Operations, Proof, Vault, VaultUse, Wanted};
use keybaton_testkit::fake::FakeSettings;
use keybaton_types::{CredentialNo, Outcome, VersionNo};

use super::{adopt, adoption, local, world};
use crate::world::{Blow, Crew, End, OLD, Setting, value};

#[tokio::test]
async fn a_key_that_works_is_taken_over_as_it_is() {
    let world = world(Setting::default(), None);
    let adopted = adopt(&world, OLD, "the old value").await.unwrap();
    assert!(adopted.proven && adopted.version == Some(1) && adopted.sessions == Some(0) && adopted.created.is_some());
    assert_eq!((world.served().await, world.issuer.all().len()), (Some(CredentialNo(1)), 1));
    let snapshot = world.snapshot().await;
    assert_eq!((snapshot.ledger.base, snapshot.driver), (Some(world.now()), None));
}

#[tokio::test]
async fn a_key_that_the_probe_refuses_is_not_stored() {
    let world = world(Setting::default(), None);
    let failure = adopt(&world, OLD, "another value").await.unwrap_err();
    assert_eq!((failure.kind, world.store.commits()), (FailureKind::No, 0));
    assert!(failure.safe.is_some() && failure.hint.is_some());
    let waived = Adoption { proof: Proof::Waived, ..adoption(&world, OLD, "another value") };
    assert!(!local(&world).adopt(waived).await.unwrap().proven);
}

#[tokio::test]
async fn a_value_that_the_issuer_recognises_needs_no_id() {
    let issuer = FakeSettings { recognising: Ability::Has, ..FakeSettings::default() };
    let world = world(Setting { issuer, ..Setting::default() }, None);
    let nameless = |text| Adoption { id: None, ..adoption(&world, OLD, text) };
    let failure = local(&world).adopt(nameless("another value")).await.unwrap_err();
    assert_eq!((failure.kind, world.store.commits()), (FailureKind::No, 0));
    assert_eq!(local(&world).adopt(nameless("the old value")).await.unwrap().id, OLD);
}

#[tokio::test]
async fn without_an_id_an_issuer_that_recognises_nothing_says_what_an_id_is() {
    let world = world(Setting::default(), None);
    let nameless = Adoption { id: None, ..adoption(&world, OLD, "the old value") };
    let failure = local(&world).adopt(nameless).await.unwrap_err();
    assert_eq!((failure.kind, world.store.commits()), (FailureKind::Usage, 0));
    assert!(failure.hint.is_some_and(|hint| hint.contains("where ID is what the issuer calls the key")));
}

#[tokio::test]
async fn an_id_that_the_issuer_does_not_list_is_not_stored() {
    let world = world(Setting::default(), None);
    let failure = adopt(&world, "nobody", "the old value").await.unwrap_err();
    assert_eq!((failure.kind, world.store.commits()), (FailureKind::No, 0));
}

#[tokio::test]
async fn a_key_that_is_managed_already_stays_as_it_is() {
    let world = world(Setting::default(), None);
    adopt(&world, OLD, "the old value").await.unwrap();
    let failure = adopt(&world, OLD, "the old value").await.unwrap_err();
    assert_eq!((failure.kind, world.store.commits()), (FailureKind::No, 2));
}

#[tokio::test]
async fn a_vault_of_somebody_else_is_compared_and_not_written() {
    for (text, kind) in [("the old value", None), ("another value", Some(FailureKind::No))] {
        let vault = keybaton_testkit::fake::FakeVault::new(Fencing::Unfenced);
        let mut world = world(Setting::default(), None);
        world.vault = std::sync::Arc::new(vault.clone());
        vault.foreign_write(&world.secret, value(text));
        let outcome = adopt(&world, OLD, "the old value").await;
        assert_eq!(outcome.err().map(|failure| failure.kind), kind);
        assert_eq!(vault.history(&world.secret).len(), 1);
        let publish = Adoption { vault: VaultUse::Publish, ..adoption(&world, OLD, "the old value") };
        assert_eq!(local(&world).adopt(publish).await.is_ok(), kind.is_some());
        assert!(vault.served(&world.secret).await.is_ok());
    }
}

#[tokio::test]
async fn an_adoption_that_was_cut_off_is_completed_by_the_same_command() {
    for blow in Blow::ALL {
        for commit in 0..2 {
            let mut world = world(Setting::default(), Some((commit, blow)));
            tokio::select! {
                biased;
                () = world.store.death() => {}
                outcome = adopt(&world, OLD, "the old value") => assert!(outcome.is_err(), "{blow:?} {commit}"),
            }
            drop(world.restart().await);
            let again = adopt(&world, OLD, "the old value").await;
            let ledger = world.snapshot().await.ledger;
            let written = matches!(blow, Blow::DieAfter | Blow::Unheard) && commit == 1;
            assert_eq!(again.is_err(), written, "{blow:?} {commit}: {again:?}");
            assert_eq!((ledger.current, ledger.credentials.len()), (Some(VersionNo(1)), 1), "{blow:?} {commit}");
            assert_eq!(ledger.credentials[0].stage, Stage::Current);
            assert_eq!(world.served().await, Some(CredentialNo(1)));
        }
    }
}

#[tokio::test]
async fn an_adoption_of_another_key_gives_the_one_up_that_was_cut_off() {
    let mut world = world(Setting::default(), Some((1, Blow::Full)));
    world.issuer.plant("right-1", value("the right value"));
    adopt(&world, OLD, "the old value").await.unwrap_err();
    adopt(&world, "right-1", "the right value").await.unwrap();
    let ledger = world.snapshot().await.ledger;
    assert_eq!(ledger.live().map(|c| c.no).collect::<Vec<_>>(), [CredentialNo(2)]);
    assert_eq!(ledger.credentials[0].far, Far::Unborn);
    world.crew = Crew::of(2);
    world.work().await;
    world.ask(Wanted::Rotate(Cause::Asked)).await;
    assert_eq!(world.run(async |_: &mut crate::world::World| {}).await, End::Over(Outcome::Done));
    assert!(world.issuer.live().iter().any(|c| c.id.0 == OLD), "it was never ours to destroy");
}
