//! Every method of the port, on both stores.

use std::time::Duration;

use keybaton_core::{
    ledger::{Alert, AlertKind, Change, Conflict, Credential, Holder, Report, Seen, Sighting, Storm},
    policy::{Pause, Scope},
    rotation::{Cause, Request, State},
    watch::Watch,
};
use keybaton_ports::{Engine, Handed, Record, Snapshot, StoreError, Told, Verified, Wanted};
use keybaton_types::{CredentialNo, Epoch, Fingerprint, Outcome, Revision, RotationId, VersionNo};

use crate::house::{
    House, SPAN, advance, at, attachment, commit, credential, is_conflict, record, rotation, secret, version,
};

macro_rules! suite {
    ($($name:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::house::House::memory()).await;
            })*
        }
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                super::$name(crate::house::House::sqlite().await).await;
            })*
        }
    };
}

suite![
    a_secret_is_enrolled_once,
    what_is_not_enrolled_is_named,
    a_lease_has_one_holder_and_a_growing_epoch,
    a_lease_that_ran_out_can_be_taken,
    a_commit_is_a_compare_and_swap,
    a_commit_writes_everything_or_nothing,
    a_rotation_that_ends_leaves_its_outcome,
    sealed_values_are_found_by_number_and_by_fingerprint,
    a_watch_belongs_to_the_active_rotation,
    an_engine_of_before_can_not_replace_the_watch,
    sightings_merge_and_reports_add_up,
    reports_count_in_stretches_of_time,
    the_newest_word_of_a_signal_stays,
    what_many_tell_at_once_is_kept_like_what_one_tells,
    leases_stand_still_while_nobody_is_served,
    requests_are_kept_until_they_are_struck_off,
    a_key_that_is_handed_over_waits_for_exactly_its_credential,
    a_key_is_handed_over_only_to_the_ledger_that_was_read,
    the_commit_that_takes_a_handed_key_and_the_end_of_a_rotation_remove_it,
    heartbeats_run_out,
    every_change_moves_the_stamp,
    touched_tells_which_secret_has_news,
    the_audit_is_one_chain_per_secret,
    a_pause_is_one_for_its_scope_and_is_told_in_each_audit,
    a_value_that_two_secrets_hold_shows_in_both,
];

async fn a_secret_is_enrolled_once(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    assert!(store.read(&a).await.unwrap().is_none());
    store.enroll(&a).await.unwrap();
    advance(&**store, &a, 2).await;
    store.enroll(&a).await.unwrap();
    store.enroll(&secret("a/dev")).await.unwrap();
    let names: Vec<_> = store.secrets().await.unwrap().into_iter().map(|e| e.secret.to_string()).collect();
    assert_eq!(names, ["a/dev", "a/prod"]);
    let ledger = store.read(&a).await.unwrap().unwrap().ledger;
    assert_eq!((ledger.revision.0, ledger.next_version.0), (2, 3));
    assert_eq!(store.installation().0.len(), 6);
    assert_eq!(store.now().await.unwrap(), at(1_000));
}

async fn what_is_not_enrolled_is_named(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    let missing =
        |error: StoreError| assert!(matches!(error, StoreError::NotEnrolled(name) if name == secret("a/prod")));
    let sighting = sighting(Seen::Used, 5, None);
    missing(store.claim(&a, "x", SPAN).await.unwrap_err());
    missing(store.commit(&a, &commit(0, 0, vec![], None), &record(""), None).await.unwrap_err());
    missing(store.sight(&a, &sighting).await.unwrap_err());
    missing(store.report(&a, &report(1, 1)).await.unwrap_err());
    missing(store.observe(&a, Epoch(0), RotationId(1), &Watch::new(1)).await.unwrap_err());
    missing(store.ask(&a, Wanted::Rotate(Cause::Asked), "me").await.unwrap_err());
    missing(store.audit(&a, &record("")).await.unwrap_err());
    assert!(store.sealed(&a, CredentialNo(1)).await.unwrap().is_none());
}

async fn a_lease_has_one_holder_and_a_growing_epoch(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    let first = store.claim(&a, "one", SPAN).await.unwrap().unwrap();
    assert_eq!((first.epoch, first.until), (Epoch(1), at(1_010)));
    assert!(store.claim(&a, "two", SPAN).await.unwrap().is_none());
    let again = store.claim(&a, "one", SPAN).await.unwrap().unwrap();
    assert_eq!(again.epoch, Epoch(2));
    assert!(!store.renew(&first, SPAN).await.unwrap(), "the epoch has moved on");
    store.release(&first).await.unwrap();
    assert_eq!(store.read(&a).await.unwrap().unwrap().driver.as_deref(), Some("one"));
    assert!(store.renew(&again, SPAN).await.unwrap());
    store.release(&again).await.unwrap();
    assert_eq!(store.read(&a).await.unwrap().unwrap().driver, None);
    assert!(!store.renew(&again, SPAN).await.unwrap(), "it was released");
    assert_eq!(store.claim(&a, "two", SPAN).await.unwrap().unwrap().epoch, Epoch(3));
}

async fn a_lease_that_ran_out_can_be_taken(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    let first = store.claim(&a, "one", SPAN).await.unwrap().unwrap();
    house.clock.advance(Duration::from_micros(9_999_999));
    assert!(store.claim(&a, "two", SPAN).await.unwrap().is_none());
    house.clock.advance(Duration::from_micros(1));
    assert_eq!(store.read(&a).await.unwrap().unwrap().driver, None);
    assert!(store.renew(&first, SPAN).await.unwrap(), "nobody has taken it");
    house.clock.advance(SPAN);
    assert!(store.claim(&a, "two", SPAN).await.unwrap().is_some());
    assert!(!store.renew(&first, SPAN).await.unwrap());
    let late = store.commit(&a, &commit(0, first.epoch.0, vec![], None), &record("zombie"), None).await;
    assert!(is_conflict(&late, Conflict::Epoch));
}

async fn a_commit_is_a_compare_and_swap(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    let epoch = store.claim(&a, "one", SPAN).await.unwrap().unwrap().epoch.0;
    house.clock.advance(SPAN * 2);
    let put = |revision| commit(revision, epoch, vec![Change::Credential(credential(1))], None);
    store.commit(&a, &put(0), &record("the lease need not be unexpired"), None).await.unwrap();
    let twice = store.commit(&a, &put(0), &record("twice"), None).await;
    assert!(is_conflict(&twice, Conflict::Revision));
    let both = store.commit(&a, &commit(0, 0, vec![], None), &record("both"), None).await;
    assert!(is_conflict(&both, Conflict::Epoch), "the epoch counts first");
    assert_eq!(store.read(&a).await.unwrap().unwrap().ledger.revision.0, 1);
}

async fn a_commit_writes_everything_or_nothing(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    let no = store.ask(&a, Wanted::Rotate(Cause::Asked), "me").await.unwrap();
    store.claim(&a, "one", SPAN).await.unwrap();
    let alert = Alert { kind: AlertKind::Held, what: "look".to_owned(), since: at(3) };
    let changes = vec![
        Change::Credential(credential(1)),
        Change::Version(version(1, 1)),
        Change::Current(VersionNo(1)),
        Change::Base(at(2)),
        Change::Raise(alert.clone()),
    ];
    let heard = Record { heard: Some(no), ..record("adopted") };
    let wrong = commit(7, 1, changes.clone(), Some(rotation(1)));
    store.commit(&a, &wrong, &heard, Some(&attachment(1, b"x"))).await.unwrap_err();
    let before = store.read(&a).await.unwrap().unwrap();
    assert_eq!((before.asks.len(), before.ledger.credentials.len()), (1, 0));
    assert!(store.sealed(&a, CredentialNo(1)).await.unwrap().is_none());
    assert!(store.audit_rows(None, 0, 9).await.unwrap().is_empty());

    let right = commit(0, 1, changes, Some(rotation(1)));
    store.commit(&a, &right, &heard, Some(&attachment(1, b"x"))).await.unwrap();
    let after = store.read(&a).await.unwrap().unwrap();
    assert_eq!(after.ledger.credentials, [credential(1)]);
    assert_eq!(after.ledger.alerts, [alert]);
    assert_eq!((after.ledger.current, after.ledger.base), (Some(VersionNo(1)), Some(at(2))));
    assert_eq!(after.ledger.rotation, Some(rotation(1)));
    assert_eq!((after.ledger.next_version, after.ledger.next_rotation), (VersionNo(2), 2));
    assert!(after.asks.is_empty());
    assert_eq!(store.audit_rows(None, 0, 9).await.unwrap().len(), 1);
    assert!(store.secrets().await.unwrap()[0].active);
}

async fn a_rotation_that_ends_leaves_its_outcome(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    store.claim(&a, "one", SPAN).await.unwrap();
    for (revision, id, outcome, rollbacks) in
        [(0, 1, Outcome::RolledBack, 1), (2, 2, Outcome::RolledBack, 2), (4, 3, Outcome::Done, 0)]
    {
        let begun = commit(revision, 1, vec![], Some(rotation(id)));
        store.commit(&a, &begun, &record("begin"), None).await.unwrap();
        let mut over = rotation(id);
        over.state = State::Ended(outcome);
        let changes = vec![Change::Current(VersionNo(id))];
        store.commit(&a, &commit(revision + 1, 1, changes, Some(over)), &record("end"), None).await.unwrap();
        let ledger = store.read(&a).await.unwrap().unwrap().ledger;
        let last = ledger.last.unwrap();
        assert_eq!((ledger.rotation, ledger.rollbacks, ledger.base), (None, rollbacks, Some(at(1_000))));
        assert_eq!((last.id, last.outcome, last.to), (RotationId(id), outcome, Some(VersionNo(id))));
    }
}

async fn sealed_values_are_found_by_number_and_by_fingerprint(house: House) {
    let store = &house.store;
    let mut kept = attachment(1, b"sealed bytes");
    kept.rendering = Some(keybaton_types::Sealed(vec![0, 159, 146, 150]));
    kept.rendering_fingerprint = Some(Fingerprint("of the rendering".to_owned()));
    for name in ["b/prod", "a/prod"] {
        let name = secret(name);
        store.enroll(&name).await.unwrap();
        store.commit(&name, &commit(0, 0, vec![], None), &record("mint"), Some(&kept)).await.unwrap();
    }
    let a = secret("a/prod");
    assert_eq!(store.sealed(&a, CredentialNo(1)).await.unwrap(), Some(kept.clone()));
    assert_eq!(store.sealed(&a, CredentialNo(2)).await.unwrap(), None);
    let both = vec![(a.clone(), CredentialNo(1)), (secret("b/prod"), CredentialNo(1))];
    assert_eq!(store.holders(&kept.fingerprint).await.unwrap(), both);
    assert_eq!(store.holders(&Fingerprint("of the rendering".to_owned())).await.unwrap(), both);
    assert!(store.holders(&Fingerprint("other".to_owned())).await.unwrap().is_empty());
    let sealed_again = attachment(1, b"sealed with the next master key");
    store.commit(&a, &commit(1, 0, vec![], None), &record("wrap"), Some(&sealed_again)).await.unwrap();
    assert_eq!(store.sealed(&a, CredentialNo(1)).await.unwrap(), Some(sealed_again));
}

async fn a_watch_belongs_to_the_active_rotation(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    store.commit(&a, &commit(0, 0, vec![], Some(rotation(1))), &record("begin"), None).await.unwrap();
    let watch = Watch { observed: Duration::from_secs(3), ..Watch::new(2) };
    store.observe(&a, Epoch(0), RotationId(2), &watch).await.unwrap();
    assert_eq!(store.read(&a).await.unwrap().unwrap().watch, None, "of no active rotation");
    store.observe(&a, Epoch(0), RotationId(1), &watch).await.unwrap();
    store.observe(&a, Epoch(0), RotationId(1), &Watch::new(1)).await.unwrap();
    let found = store.read(&a).await.unwrap().unwrap();
    assert_eq!((found.watch, found.ledger.revision.0), (Some(watch.clone()), 1), "an earlier watch is late");
    store.commit(&a, &commit(1, 0, vec![], Some(rotation(1))), &record("go on"), None).await.unwrap();
    assert_eq!(store.read(&a).await.unwrap().unwrap().watch, Some(watch));
    store.commit(&a, &commit(2, 0, vec![], Some(rotation(2))), &record("next"), None).await.unwrap();
    assert_eq!(store.read(&a).await.unwrap().unwrap().watch, None);
}

async fn an_engine_of_before_can_not_replace_the_watch(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    let zombie = store.claim(&a, "zombie", SPAN).await.unwrap().unwrap().epoch;
    house.clock.advance(SPAN);
    let epoch = store.claim(&a, "next", SPAN).await.unwrap().unwrap().epoch;
    store.commit(&a, &commit(0, epoch.0, vec![], Some(rotation(1))), &record("begin"), None).await.unwrap();
    let seen = Watch { jumps: 7, ..Watch::new(1) };
    store.observe(&a, epoch, RotationId(1), &seen).await.unwrap();
    let late = store.observe(&a, zombie, RotationId(1), &Watch::new(1)).await;
    assert!(is_conflict(&late, Conflict::Epoch), "{late:?}");
    assert_eq!(store.read(&a).await.unwrap().unwrap().watch, Some(seen));
}

fn sighting(seen: Seen, last: i64, lease: Option<i64>) -> Sighting {
    Sighting {
        consumer: "billing".to_owned(),
        instance: "i-1".to_owned(),
        credential: Some(CredentialNo(1)),
        seen,
        last: at(last),
        lease_until: lease.map(at),
    }
}

fn report(ok: u64, refused: u64) -> Report {
    Report {
        consumer: "billing".to_owned(),
        instance: "i-1".to_owned(),
        credential: CredentialNo(1),
        ok,
        refused,
        refused_at: (refused > 0).then(|| at(7)),
        ..Report::default()
    }
}

async fn sightings_merge_and_reports_add_up(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    for seen in [
        sighting(Seen::Fetched, 5, Some(50)),
        sighting(Seen::Fetched, 9, None),
        sighting(Seen::Fetched, 7, Some(40)),
        sighting(Seen::Used, 4, None),
        Sighting { credential: None, ..sighting(Seen::Used, 3, None) },
        sighting(Seen::Used, 2, Some(60)),
    ] {
        store.sight(&a, &seen).await.unwrap();
    }
    for part in [report(1, 0), report(2, 3), report(4, 0), report(u64::MAX, 0)] {
        store.report(&a, &part).await.unwrap();
    }
    let found = store.read(&a).await.unwrap().unwrap();
    let unknown = Sighting { credential: None, ..sighting(Seen::Used, 3, None) };
    let merged = vec![unknown, sighting(Seen::Fetched, 9, None), sighting(Seen::Used, 4, None)];
    assert_eq!(found.sightings, merged);
    let Report { ok, refused, refused_at, .. } = found.reports[0].clone();
    assert_eq!((ok, refused, refused_at), (7 + (1 << 40), 3, Some(at(7))));
    assert_eq!((found.reports.len(), found.ledger.revision.0), (1, 0), "evidence bumps no revision");
}

/// What core says of a report is what comes out of the store, however it counts.
async fn reports_count_in_stretches_of_time(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    let mut expected = Report { refused_at: None, ..report(0, 0) };
    for (minutes, ok, refused) in
        [(0, 100, 0), (1, 3, 1), (5, 7, 2), (4, 0, 5), (60, 1, 1), (24 * 60, 9, 0), (5 * 24 * 60, 2, 4)]
    {
        house.clock.advance(Duration::from_mins(minutes));
        let told = report(ok, refused);
        store.report(&a, &told).await.unwrap();
        expected.add(&told, store.now().await.unwrap());
        let found = store.read(&a).await.unwrap().unwrap();
        assert_eq!(found.reports, [expected.clone()], "{minutes} minutes later");
    }
    let now = store.now().await.unwrap();
    assert_eq!((expected.lately(now).count(), expected.days.sum().count(), expected.whole().count()), (6, 6, 135));
    house.clock.set(now - Duration::from_hours(2));
    store.report(&a, &report(1, 0)).await.unwrap();
    expected.add(&report(1, 0), now - Duration::from_hours(2));
    let found = store.read(&a).await.unwrap().unwrap();
    assert_eq!(found.reports, [expected], "a clock that went back opens no older stretch");
}

async fn the_newest_word_of_a_signal_stays(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    let said = |source: &str, since, last| Storm::new(source, "7 % of calls are refused", at(since), at(last));
    assert!(matches!(store.signal(&a, &said("api", 1, 2)).await, Err(StoreError::NotEnrolled(_))));
    store.enroll(&a).await.unwrap();
    let touched = store.secrets().await.unwrap()[0].touched;
    for word in [said("web", 3, 9), said("api", 1, 5), said("api", 1, 4), said("api", 1, 7).over(at(8))] {
        store.signal(&a, &word).await.unwrap();
    }
    let found = store.read(&a).await.unwrap().unwrap();
    assert_eq!(found.storms, [said("api", 1, 7).over(at(8)), said("web", 3, 9)], "by source");
    assert_eq!(found.ledger.revision.0, 0, "a word of a signal decides nothing");
    assert_eq!(store.secrets().await.unwrap()[0].touched, touched + 4, "whoever drives it hears of each");
}

async fn what_many_tell_at_once_is_kept_like_what_one_tells(house: House) {
    let (store, a, b) = (&house.store, secret("a/prod"), secret("b/prod"));
    store.enroll(&a).await.unwrap();
    let many = (0..600).map(|i| Sighting { instance: format!("i-{i}"), ..sighting(Seen::Fetched, i, Some(i + 50)) });
    let mut told: Vec<Told> = many.map(|seen| Told::Seen(a.clone(), seen)).collect();
    told.push(Told::Seen(a.clone(), sighting(Seen::Fetched, 9, Some(80))));
    told.push(Told::Counted(a.clone(), report(3, 1)));
    told.push(Told::Counted(a.clone(), report(4, 0)));
    told.push(Told::Seen(b.clone(), sighting(Seen::Used, 1, None)));
    assert!(matches!(store.hear(&told).await, Err(StoreError::NotEnrolled(stranger)) if stranger == b));
    let nothing = store.read(&a).await.unwrap().unwrap();
    assert!(nothing.sightings.is_empty() && nothing.reports.is_empty(), "all of it or nothing");
    told.pop();
    store.hear(&told).await.unwrap();
    store.hear(&[]).await.unwrap();
    let found = store.read(&a).await.unwrap().unwrap();
    assert_eq!((found.sightings.len(), found.reports[0].ok, found.reports[0].refused), (600, 7, 1));
    let one = found.sightings.iter().find(|seen| seen.instance == "i-1").unwrap();
    assert_eq!((one.last, one.lease_until), (at(9), Some(at(80))));
}

async fn leases_stand_still_while_nobody_is_served(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    let second = Duration::from_secs(1);
    assert_eq!(store.read(&a).await.unwrap().unwrap().served, None);
    assert_eq!(store.serving(Duration::ZERO, SPAN).await.unwrap(), Duration::ZERO);
    for (instance, lease) in [("runs", Some(1_030)), ("over", Some(1_000)), ("plain", None)] {
        let seen = Sighting { instance: instance.to_owned(), ..sighting(Seen::Fetched, 900, lease) };
        store.sight(&a, &seen).await.unwrap();
    }
    let leases = async || {
        let found = store.read(&a).await.unwrap().unwrap();
        (found.served, found.sightings.iter().map(|seen| seen.lease_until).collect::<Vec<_>>())
    };
    house.clock.advance(second * 3);
    assert_eq!(store.serving(second * 3, SPAN).await.unwrap(), Duration::ZERO, "somebody was there");
    house.clock.advance(second * 8);
    assert_eq!(store.serving(Duration::ZERO, SPAN).await.unwrap(), Duration::ZERO, "a short break does not count");
    assert_eq!(leases().await, (Some(at(1_011)), vec![Some(at(1_000)), None, Some(at(1_030))]));
    house.clock.advance(second * 60);
    assert_eq!(store.serving(second * 3, SPAN).await.unwrap(), second * 57, "a stop, or a jump of the clock");
    assert_eq!(leases().await, (Some(at(1_071)), vec![Some(at(1_000)), None, Some(at(1_087))]));
}

async fn requests_are_kept_until_they_are_struck_off(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    let first = store.ask(&a, Wanted::Rotate(Cause::Leaked), "me").await.unwrap();
    let second = store.ask(&a, Wanted::Rotate(Cause::Asked), "you").await.unwrap();
    assert!(second > first);
    assert!(store.secrets().await.unwrap()[0].asked);
    let asks = store.read(&a).await.unwrap().unwrap().asks;
    assert_eq!((asks[0].no, asks[0].wanted, asks[0].at), (first, Wanted::Rotate(Cause::Leaked), at(1_000)));
    assert_eq!((asks[1].no, asks[1].by.as_str()), (second, "you"));
    let refused = Record { heard: Some(first), ..record("refused") };
    store.audit(&a, &refused).await.unwrap();
    let left = store.read(&a).await.unwrap().unwrap().asks;
    assert_eq!(left.iter().map(|ask| ask.no).collect::<Vec<_>>(), [second]);
    assert!(store.ask(&a, Wanted::Rotate(Cause::Asked), "me").await.unwrap() > second, "numbers only grow");
}

async fn a_pause_is_one_for_its_scope_and_is_told_in_each_audit(house: House) {
    let (store, a, b) = (&house.store, secret("a/prod"), secret("b/prod"));
    let pause = |scope: Scope, until| Pause::new(scope, at(1_000), at(until), "me", Some("fair".to_owned())).unwrap();
    let both = [a.clone(), b.clone()];
    store.enroll(&a).await.unwrap();
    let none = store.pause(&pause(Scope::All, 2_000), &both, &record("paused")).await;
    assert!(matches!(none, Err(StoreError::NotEnrolled(name)) if name == b), "all or nothing");
    assert_eq!((store.pauses().await.unwrap(), store.audit_rows(None, 0, 9).await.unwrap()), (vec![], vec![]));
    store.enroll(&b).await.unwrap();
    let before = store.secrets().await.unwrap()[1].touched;
    store.pause(&pause(Scope::Owner("team".to_owned()), 2_000), &both, &record("paused")).await.unwrap();
    store.pause(&pause(Scope::Owner("team".to_owned()), 3_000), &both, &record("paused for longer")).await.unwrap();
    store.pause(&pause(Scope::Secret(b.clone()), 2_000), &both[1..], &record("paused")).await.unwrap();
    let expected = [pause(Scope::Owner("team".to_owned()), 3_000), pause(Scope::Secret(b.clone()), 2_000)];
    assert_eq!(store.pauses().await.unwrap(), expected);
    assert_eq!(store.read(&a).await.unwrap().unwrap().pauses, expected, "a snapshot has those of others too");
    assert_eq!(store.audit_rows(Some(&a), 0, 9).await.unwrap().len(), 2);
    assert_eq!(store.audit_rows(Some(&b), 0, 9).await.unwrap().len(), 3);
    assert!(store.secrets().await.unwrap()[1].touched > before, "its engine hears of it");
    let owner = Scope::Owner("team".to_owned());
    assert!(store.resume(&owner, &both, &record("resumed")).await.unwrap());
    assert!(!store.resume(&owner, &both, &record("resumed")).await.unwrap());
    assert_eq!(store.audit_rows(Some(&a), 0, 9).await.unwrap().len(), 3, "the second one wrote nothing");
    assert_eq!(store.pauses().await.unwrap(), expected[1..]);
    assert_eq!(store.audit_verify(None).await.unwrap(), Verified::unsigned(7));
}

async fn a_value_that_two_secrets_hold_shows_in_both(house: House) {
    let (store, a, b) = (&house.store, secret("a/prod"), secret("b/prod"));
    for name in [&a, &b] {
        store.enroll(name).await.unwrap();
        let epoch = store.claim(name, "one", SPAN).await.unwrap().unwrap().epoch.0;
        let commit = commit(0, epoch, vec![Change::Credential(credential(1))], None);
        store.commit(name, &commit, &record("adopted"), Some(&attachment(1, b"same"))).await.unwrap();
    }
    let shared = |snapshot: Snapshot| snapshot.shared;
    let of_a = shared(store.read(&a).await.unwrap().unwrap());
    assert_eq!(of_a, [Holder::new(CredentialNo(1), b.clone(), &credential(1), None)]);
    assert_eq!(shared(store.read(&b).await.unwrap().unwrap())[0].secret, a);
    let epoch = store.read(&b).await.unwrap().unwrap().ledger.epoch.0;
    let gone = Credential { condemned: true, ..credential(1) };
    store.commit(&b, &commit(1, epoch, vec![Change::Credential(gone)], None), &record(""), None).await.unwrap();
    assert!(shared(store.read(&a).await.unwrap().unwrap())[0].condemned);
}

async fn heartbeats_run_out(house: House) {
    let store = &house.store;
    store.beat("b", SPAN).await.unwrap();
    house.clock.advance(Duration::from_secs(1));
    store.beat("a", SPAN).await.unwrap();
    let engine = |holder: &str, seen| Engine { holder: holder.to_owned(), seen: at(seen) };
    assert_eq!(store.engines().await.unwrap(), [engine("a", 1_001), engine("b", 1_000)]);
    house.clock.advance(Duration::from_secs(9));
    assert_eq!(store.engines().await.unwrap(), [engine("a", 1_001)]);
    store.beat("a", Duration::ZERO).await.unwrap();
    assert!(store.engines().await.unwrap().is_empty());
}

async fn every_change_moves_the_stamp(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    let mut last = store.stamp().await.unwrap();
    assert_eq!(store.stamp().await.unwrap(), last);
    macro_rules! moves {
        ($change:expr) => {
            $change.await.unwrap();
            let next = store.stamp().await.unwrap();
            assert_ne!(next, last, stringify!($change));
            last = next;
        };
    }
    moves!(store.enroll(&a));
    moves!(store.claim(&a, "one", SPAN));
    moves!(store.commit(&a, &commit(0, 1, vec![], Some(rotation(1))), &record(""), None));
    moves!(store.sight(&a, &sighting(Seen::Used, 1, None)));
    moves!(store.report(&a, &report(1, 0)));
    moves!(store.observe(&a, Epoch(1), RotationId(1), &Watch::new(1)));
    moves!(store.ask(&a, Wanted::Rotate(Cause::Asked), "me"));
    moves!(store.audit(&a, &record("")));
    store.read(&a).await.unwrap();
    assert_eq!(store.stamp().await.unwrap(), last);
}

async fn touched_tells_which_secret_has_news(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    let touched = async || store.secrets().await.unwrap()[0].touched;
    let mut last = touched().await;
    let lease = store.claim(&a, "one", SPAN).await.unwrap().unwrap();
    store.renew(&lease, SPAN).await.unwrap();
    store.beat("one", SPAN).await.unwrap();
    store.audit(&a, &record("revealed")).await.unwrap();
    assert_eq!(touched().await, last);
    macro_rules! touches {
        ($change:expr) => {
            $change.await.unwrap();
            assert!(touched().await > last, stringify!($change));
            last = touched().await;
        };
    }
    touches!(store.commit(&a, &commit(0, 1, vec![], Some(rotation(1))), &record(""), None));
    touches!(store.sight(&a, &sighting(Seen::Used, 1, None)));
    touches!(store.report(&a, &report(1, 0)));
    touches!(store.ask(&a, Wanted::Rotate(Cause::Asked), "me"));
    store.observe(&a, Epoch(1), RotationId(1), &Watch::new(1)).await.unwrap();
    assert_eq!(touched().await, last);
}

async fn the_audit_is_one_chain_per_secret(house: House) {
    let (store, a, b) = (&house.store, secret("a/prod"), secret("b/prod"));
    for name in [&b, &a] {
        store.enroll(name).await.unwrap();
        store.audit(name, &record("one")).await.unwrap();
        house.clock.advance(Duration::from_secs(1));
    }
    store.commit(&a, &commit(0, 0, vec![], None), &record("two"), None).await.unwrap();
    let rows = store.audit_rows(None, 0, 9).await.unwrap();
    let order: Vec<_> = rows.iter().map(|row| (row.secret.to_string(), row.no)).collect();
    assert_eq!(order, [("a/prod".to_owned(), 2), ("b/prod".to_owned(), 1), ("a/prod".to_owned(), 1)], "oldest first");
    let of_a = store.audit_rows(Some(&a), 0, 9).await.unwrap();
    assert_eq!((of_a[0].no, of_a[1].no, &of_a[1].prev), (1, 2, &of_a[0].hash));
    assert_eq!(store.audit_rows(Some(&a), 1, 9).await.unwrap(), of_a[1..]);
    assert_eq!(store.audit_rows(Some(&a), 0, 1).await.unwrap(), of_a[..1]);
    assert_eq!(store.audit_verify(None).await.unwrap(), Verified::unsigned(3));
    assert!(of_a[0].body.contains("\"actor\":\"test\"") && of_a[0].body.contains("\"note\":\"one\""));
}

fn handed(no: u64, id: &str) -> Handed {
    Handed { issued: id.into(), attached: attachment(no, b"sealed bytes") }
}

async fn a_key_that_is_handed_over_waits_for_exactly_its_credential(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    let early = store.hand_over(&a, Revision(0), &handed(2, "key_2"), "me").await;
    assert!(matches!(early, Err(StoreError::NotEnrolled(_))));
    store.enroll(&a).await.unwrap();
    let no = store.hand_over(&a, Revision(0), &handed(2, "key_2"), "me").await.unwrap();
    assert_eq!(store.handed(&a, CredentialNo(2)).await.unwrap(), Some(handed(2, "key_2")));
    assert_eq!(store.handed(&a, CredentialNo(3)).await.unwrap(), None);
    assert!(store.sealed(&a, CredentialNo(2)).await.unwrap().is_none(), "no commit has taken it");
    let asks = store.read(&a).await.unwrap().unwrap().asks;
    assert_eq!((asks.len(), asks[0].no, asks[0].wanted), (1, no, Wanted::Of(Request::Resume)));
}

async fn a_key_is_handed_over_only_to_the_ledger_that_was_read(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    advance(&**store, &a, 1).await;
    let late = store.hand_over(&a, Revision(0), &handed(2, "key_2"), "me").await;
    assert!(is_conflict(&late.map(drop), Conflict::Revision));
    store.hand_over(&a, Revision(1), &handed(2, "key_2"), "me").await.unwrap();
    let other = store.hand_over(&a, Revision(1), &handed(2, "key_3"), "me").await;
    assert!(is_conflict(&other.map(drop), Conflict::Revision), "another key is there already");
    store.hand_over(&a, Revision(1), &handed(2, "key_2"), "me").await.unwrap();
    assert_eq!(store.read(&a).await.unwrap().unwrap().asks.len(), 2, "a refusal asks for nothing");
}

async fn the_commit_that_takes_a_handed_key_and_the_end_of_a_rotation_remove_it(house: House) {
    let (store, a) = (&house.store, secret("a/prod"));
    store.enroll(&a).await.unwrap();
    store.claim(&a, "one", SPAN).await.unwrap();
    for no in [2, 3] {
        store.hand_over(&a, Revision(0), &handed(no, &format!("key_{no}")), "me").await.unwrap();
    }
    let taken = attachment(2, b"sealed bytes");
    store.commit(&a, &commit(0, 1, vec![], Some(rotation(1))), &record("take"), Some(&taken)).await.unwrap();
    assert_eq!(store.handed(&a, CredentialNo(2)).await.unwrap(), None);
    assert!(store.handed(&a, CredentialNo(3)).await.unwrap().is_some());
    let mut over = rotation(1);
    over.state = State::Ended(Outcome::RolledBack);
    store.commit(&a, &commit(1, 1, vec![], Some(over)), &record("end"), None).await.unwrap();
    assert_eq!(store.handed(&a, CredentialNo(3)).await.unwrap(), None);
}
