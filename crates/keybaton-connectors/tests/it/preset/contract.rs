//! The contract of every issuer, held against every preset.

use std::collections::BTreeSet;
use std::sync::Arc;

use keybaton_connectors::presets;
use keybaton_ports::{Blame, Called, Certainty, Create, Created, Fault, Issuer};
use keybaton_testkit::canary;
use keybaton_testkit::contract::{Subject, issuer_contract};
use keybaton_types::Label;

use super::given::{ALL, Given};
use super::rig::{issuer, known, probe};
use super::vendor::{ADMIN, Mood, Vendor};
use crate::http::fake::Fake;
use crate::http::rig::{everything, secret, text};
use crate::shared::{Probing, Shared};

async fn subject(given: &'static Given) -> Subject {
    let vendor = Vendor::start(given.dialect, Mood::Honest).await;
    Subject {
        issuer: Box::new(Shared(known(given, &vendor.url))),
        probe: Box::new(Probing(probe(given, &vendor.url))),
        wrong_credential: Box::new(Shared(issuer(given, &vendor.url, "wrong"))),
        unreachable: Box::new(Shared(known(given, "http://127.0.0.1:1"))),
        // The server lives as long as the subject, and needs no time.
        pass: Box::new(move |_| {
            let _ = &vendor.url;
        }),
    }
}

#[tokio::test]
async fn every_preset_keeps_the_contract() {
    for given in ALL {
        issuer_contract(async || subject(given).await).await;
    }
}

#[test]
fn every_preset_is_tried_here_or_says_why_it_is_none() {
    let tried: BTreeSet<&str> = ALL.iter().map(|given| given.preset).collect();
    let makes_one: BTreeSet<&str> =
        presets().iter().filter(|preset| preset.refusal.is_none()).map(|preset| preset.name).collect();
    assert_eq!(tried, makes_one);
}

async fn make(issuer: &dyn Issuer, seq: usize) -> Called<Created> {
    let (secret, label) = (secret(), Label(format!("kb1-a1b2c3-payments-prod-{seq}")));
    issuer.create(Create { secret: &secret, label: &label, value: None, taken: &[] }).await
}

async fn at(given: &Given, mood: Mood) -> (Fake, Arc<dyn Issuer>) {
    let vendor = Vendor::start(given.dialect, mood).await;
    let issuer = known(given, &vendor.url);
    (vendor, issuer)
}

#[tokio::test]
async fn all_pages_of_a_list_are_read_with_names_and_times() {
    for given in ALL.iter().filter(|given| given.dialect.most > 5) {
        let (_vendor, issuer) = at(given, Mood::Honest).await;
        for seq in 1..=5 {
            make(issuer.as_ref(), seq).await.unwrap();
        }
        let listed = issuer.listing().unwrap().list().await.unwrap();
        let labels: BTreeSet<_> = listed.iter().map(|one| one.label.clone().unwrap()).collect();
        assert_eq!((listed.len(), labels.len()), (5, 5), "{}", given.preset);
        let timed = given.dialect.entry.contains("created") || given.dialect.entry.contains("issued_on");
        assert!(listed.iter().all(|one| one.created.is_some() == timed), "{}", given.preset);
    }
}

fn says_nothing(fault: &Fault, given: &Given) {
    let words = everything(fault);
    for value in [ADMIN, "second-secret-canary", "value-canary-1"] {
        assert_eq!(canary::found(words.as_bytes(), &text(value)), None, "{}: {words}", given.preset);
    }
}

#[tokio::test]
async fn a_missing_permission_a_busy_vendor_and_a_full_one_are_told_apart_without_an_echo() {
    for given in ALL {
        for (mood, expected) in [
            (Mood::Forbids, (Blame::OurCredential, Certainty::Refused)),
            (Mood::Busy, (Blame::Transient, Certainty::Unknown)),
        ] {
            let (_vendor, issuer) = at(given, mood).await;
            let fault = make(issuer.as_ref(), 1).await.err().unwrap();
            assert_eq!((fault.blame, fault.certainty), expected, "{} {mood:?}: {fault}", given.preset);
            says_nothing(&fault, given);
        }
    }
    for given in ALL.iter().filter(|given| given.dialect.most < 1000) {
        let (_vendor, issuer) = at(given, Mood::Honest).await;
        for seq in 1..=given.dialect.most {
            make(issuer.as_ref(), seq).await.unwrap();
        }
        let fault = make(issuer.as_ref(), 999).await.err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (Blame::Full, Certainty::Refused), "{}: {fault}", given.preset);
        says_nothing(&fault, given);
    }
}
