//! The fault layer does what it says.

use std::sync::Arc;

use keybaton_ports::{Blame, Called, Certainty, Create, Created, Issuer};
use keybaton_testkit::clock::Clock;
use keybaton_testkit::fake::{FakeIssuer, FakeSettings};
use keybaton_testkit::fault::{Call, Faults, Faulty, Injected};
use keybaton_types::{Label, SecretId};

/// How many credentials live after one create and one list with this fault at this call, and how the create ended.
async fn run(index: usize, injected: Injected) -> (usize, Called<Created>, Arc<Faults>) {
    let fake = FakeIssuer::new(FakeSettings::default(), Clock::default().reader());
    let faults = Arc::new(Faults::at(index, injected));
    let issuer = Faulty::new(fake.clone(), Arc::clone(&faults));
    let (secret, label) = ("a/b".parse::<SecretId>().unwrap(), Label("kb1-x-a-b-1".to_owned()));
    let created = issuer.create(Create { secret: &secret, label: &label, value: None, taken: &[] }).await;
    let _ = issuer.listing().unwrap().list().await;
    (fake.live().len(), created, faults)
}

#[tokio::test]
async fn every_fault_has_the_effect_and_the_certainty_that_it_names() {
    for (injected, live, certainty) in [
        (Injected::NotSent, 0, Some(Certainty::NotSent)),
        (Injected::Refused, 0, Some(Certainty::Refused)),
        (Injected::UnknownDone, 1, Some(Certainty::Unknown)),
        (Injected::UnknownNotDone, 0, Some(Certainty::Unknown)),
        (Injected::Duplicate, 2, None),
        (Injected::DieBefore, 0, Some(Certainty::Unknown)),
        (Injected::DieAfter, 1, Some(Certainty::Unknown)),
    ] {
        let (left, created, faults) = run(0, injected).await;
        assert_eq!((left, created.err().map(|fault| fault.certainty)), (live, certainty), "{injected:?}");
        assert_eq!(faults.reached(), Some(Call::Create));
    }
}

#[tokio::test]
async fn a_loop_over_the_calls_ends_when_a_number_is_never_reached() {
    let mut reached = Vec::new();
    for index in 0.. {
        let (_, _, faults) = run(index, Injected::NotSent).await;
        let Some(call) = faults.reached() else { break };
        reached.push(call);
    }
    assert_eq!(reached, [Call::Create, Call::List]);
}

#[tokio::test]
async fn a_dead_process_makes_no_calls_until_it_is_revived() {
    let fake = FakeIssuer::new(FakeSettings::default(), Clock::default().reader());
    let faults = Arc::new(Faults::of(Call::List, 0, Injected::DieBefore));
    let issuer = Faulty::new(fake, Arc::clone(&faults));
    let list = || async { issuer.listing().unwrap().list().await.err().map(|fault| fault.blame) };
    assert_eq!(list().await, Some(Blame::Lost));
    faults.death().await;
    assert_eq!(list().await, Some(Blame::Lost));
    faults.revive();
    assert_eq!(list().await, None);
}
