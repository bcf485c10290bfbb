//! Handing over: a key is proven, is a new one, and goes to the rotation that waits for it, whatever else happens.

use std::time::Duration;

use keybaton_core::{
    ledger::Origin,
    rotation::{Cause, HoldReason, Request},
    sheet::{Ability, Chooser, Errand},
};
use keybaton_ports::{Failure, FailureKind, Operations, Store, Wanted};
use keybaton_types::{CredentialNo, Outcome, document::Adopted};

use super::{adoption, local};
use crate::world::{Crew, End, OLD, Setting, World, value};

/// A world where keys are made by hand, with a rotation that waits for one.
async fn waiting() -> World {
    let mut setting = Setting::default();
    setting.issuer.chooser =
        Chooser::Person(Errand { deadline: Duration::from_hours(1), remind: Duration::from_mins(10) });
    setting.issuer.listing = Ability::Lacks;
    setting.issuer.switching = Ability::Lacks;
    setting.issuer.sessions = Ability::Lacks;
    let mut world = World::adopted(setting, keybaton_testkit::fault::Faults::none(), None).await;
    world.crew = Crew::of(2);
    world.work().await;
    world.ask(Wanted::Rotate(Cause::Asked)).await;
    pass(&mut world).await;
    let hold = world.snapshot().await.ledger.rotation.unwrap().hold.unwrap();
    assert!(matches!(hold.reason, HoldReason::AwaitsKey(_)), "{hold:?}");
    world.issuer.plant("new-1", value("the new value"));
    world
}

async fn pass(world: &mut World) {
    let driver = world.engine();
    world.pass(&driver).await.unwrap().unwrap();
    driver.release().await;
}

async fn hand(world: &World, id: &str, text: &str) -> Result<Adopted, Failure> {
    local(world).adopt(adoption(world, id, text)).await
}

#[tokio::test]
async fn a_key_goes_to_the_rotation_that_waits_for_it() {
    let mut world = waiting().await;
    let adopted = hand(&world, "new-1", "the new value").await.unwrap();
    assert!(adopted.proven && adopted.version.is_none() && adopted.rotation.is_some());
    let kept = world.memory.handed(&world.secret, CredentialNo(2)).await.unwrap().unwrap();
    assert_eq!(kept.issued.0, "new-1");
    pass(&mut world).await;
    let ledger = world.snapshot().await.ledger;
    let row = ledger.credential(CredentialNo(2)).unwrap();
    assert_eq!((row.origin, row.issued.as_ref().unwrap().0.as_str()), (Origin::Handed, "new-1"));
    assert!(world.accepts(CredentialNo(2)).await);
    assert!(world.memory.handed(&world.secret, CredentialNo(2)).await.unwrap().is_none());
    assert_eq!(world.run(async |_: &mut World| {}).await, End::Over(Outcome::Done));
    assert!(world.issuer.live().iter().all(|key| key.id.0 == "new-1"));
}

#[tokio::test]
async fn what_is_refused_or_known_already_is_not_kept() {
    let world = waiting().await;
    for (id, text) in [("new-1", "another value"), ("new-1", "the old value"), (OLD, "the new value")] {
        let failure = hand(&world, id, text).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::No, "{id}");
        let safe = failure.safe.unwrap();
        assert!(safe.contains("nothing was stored") && safe.contains("still valid"), "{safe}");
        assert!(failure.hint.is_some());
    }
    assert!(world.memory.handed(&world.secret, CredentialNo(2)).await.unwrap().is_none());
    assert!(world.snapshot().await.asks.is_empty());
}

#[tokio::test]
async fn a_second_key_with_another_id_is_refused_until_the_first_is_taken() {
    let world = waiting().await;
    world.issuer.plant("new-2", value("a second value"));
    hand(&world, "new-1", "the new value").await.unwrap();
    let failure = hand(&world, "new-2", "a second value").await.unwrap_err();
    assert!(failure.kind == FailureKind::No && failure.what.contains("new-1"), "{failure:?}");
    hand(&world, "new-1", "the new value").await.unwrap();
}

#[tokio::test]
async fn a_key_that_was_sealed_for_another_credential_is_not_taken() {
    let mut world = waiting().await;
    hand(&world, "new-1", "the new value").await.unwrap();
    let mut moved = world.memory.handed(&world.secret, CredentialNo(2)).await.unwrap().unwrap();
    world.ask(Wanted::Of(Request::Rollback)).await;
    world.run(async |_: &mut World| {}).await;
    world.ask(Wanted::Rotate(Cause::Asked)).await;
    pass(&mut world).await;
    let ledger = world.snapshot().await.ledger;
    let next = ledger.rotation.as_ref().unwrap().new.unwrap();
    assert_ne!(next, CredentialNo(2), "the number of a rotation that was given up is never used again");
    moved.attached.credential = next;
    world.memory.hand_over(&world.secret, ledger.revision, &moved, "mallory").await.unwrap();
    pass(&mut world).await;
    let row = world.snapshot().await.ledger.credential(next).cloned().unwrap();
    assert_eq!(row.issued, None, "a value that was sealed for another credential was taken");
}

#[tokio::test]
async fn a_key_that_comes_after_the_rotation_was_given_up_is_not_kept() {
    let mut world = waiting().await;
    world.ask(Wanted::Of(Request::Rollback)).await;
    pass(&mut world).await;
    let failure = hand(&world, "new-1", "the new value").await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::No);
    assert!(world.memory.handed(&world.secret, CredentialNo(2)).await.unwrap().is_none());
    assert_eq!(world.snapshot().await.ledger.last.unwrap().outcome, Outcome::RolledBack);
}
