//! Refusals as they are told: how soon a bad key is taken back, and what never takes a good one back.

use std::time::Duration;

use keybaton_core::{
    ledger::{AlertKind, Report, Seen, Sighting, Storm},
    policy::{Policy, Until},
    rotation::{Request, State, Way},
};
use keybaton_ports::{Store, Wanted};
use keybaton_types::{CredentialNo, Outcome, Timestamp};

use super::{ASKED, settled, world};
use crate::world::{Duty, Mood, Setting, World, policy};

const OLD: CredentialNo = CredentialNo(1);
const NEW: CredentialNo = CredentialNo(2);
const SECOND: Duration = Duration::from_secs(1);

/// Long enough to fail in, and looked at once a minute.
fn patient() -> Setting {
    let mut policy = Policy { consumers: Vec::new(), ..policy() };
    policy.overlap.until = Until::Time;
    policy.overlap.min = Duration::from_mins(30);
    policy.overlap.max = Duration::from_hours(5);
    policy.watch.span = Duration::from_mins(30);
    policy.watch.every = Duration::from_mins(1);
    Setting { policy, ..Setting::default() }
}

/// A rotation whose new key was published, with everybody on it.
async fn published(setting: Setting) -> (World, Duty) {
    let mut world = world(setting).await;
    world.ask(ASKED).await;
    let mut duty = world.duty().await;
    while state(&world).await != Some(State::Draining(Way::Forward)) {
        step(&world, &mut duty, SECOND).await;
    }
    world.work().await;
    (world, duty)
}

async fn state(world: &World) -> Option<State> {
    super::back::state(world).await
}

async fn step(world: &World, duty: &mut Duty, span: Duration) {
    world.go_on(duty, world.now() + span).await;
}

async fn has(world: &World, kind: AlertKind) -> bool {
    world.snapshot().await.ledger.alerts.iter().any(|alert| alert.kind == kind)
}

/// How long it takes until consumers are served the old key again.
async fn until_restored(world: &World, duty: &mut Duty, most: Duration) -> Duration {
    let began = world.now();
    while world.served().await != Some(OLD) {
        assert!(world.now().since(began) <= most, "it is still served after {most:?}: {:?}", state(world).await);
        step(world, duty, Duration::from_millis(50)).await;
    }
    world.now().since(began)
}

async fn ends(world: &mut World, duty: &mut Duty, outcome: Outcome) {
    let until = world.now() + Duration::from_hours(3);
    while world.snapshot().await.ledger.rotation.is_some() {
        assert!(world.now() < until, "no end: {:#?}", world.snapshot().await.ledger.rotation);
        world.work().await;
        step(world, duty, SECOND * 20).await;
    }
    assert_eq!(world.snapshot().await.ledger.last.map(|last| last.outcome), Some(outcome));
    settled(world).await;
}

#[tokio::test]
async fn a_key_that_dies_is_taken_back_within_five_seconds_where_clients_report() {
    for minutes in [0, 3, 17] {
        let (mut world, mut duty) = published(patient()).await;
        for _ in 0..minutes * 3 {
            step(&world, &mut duty, SECOND * 20).await;
            world.work().await;
        }
        step(&world, &mut duty, Duration::from_millis(7_300)).await;
        world.crew.refused.push(NEW);
        world.gate.be(Mood::RefusesNew);
        world.work().await;
        until_restored(&world, &mut duty, SECOND * 5).await;
        ends(&mut world, &mut duty, Outcome::RolledBack).await;
        assert_eq!(world.crew.outages, 2, "each instance had one bad round of calls");
    }
}

#[tokio::test]
async fn a_key_that_only_consumers_are_refused_with_is_taken_back_within_five_seconds() {
    let mut world = world(patient()).await;
    world.ask(ASKED).await;
    let mut duty = world.duty().await;
    while world.served().await != Some(NEW) {
        step(&world, &mut duty, SECOND).await;
    }
    world.crew.refused.push(NEW);
    world.work().await;
    until_restored(&world, &mut duty, SECOND * 5).await;
    ends(&mut world, &mut duty, Outcome::RolledBack).await;
    assert_eq!(world.crew.outages, 0, "everybody fell back to the last good key");
}

#[tokio::test]
async fn probes_alone_take_one_interval_and_five_seconds_at_most() {
    for seconds in [0, 1, 29, 58, 59] {
        let (mut world, mut duty) = published(patient()).await;
        step(&world, &mut duty, Duration::from_mins(4) + SECOND * seconds).await;
        world.gate.be(Mood::RefusesNew);
        let every = world.charge.policy.watch.every;
        until_restored(&world, &mut duty, every + SECOND * 5).await;
        ends(&mut world, &mut duty, Outcome::RolledBack).await;
    }
}

/// What troubles consumers and is no key's fault.
#[derive(Clone, Copy, Debug)]
enum Trouble {
    /// A signal sees 401s, and does not know with which key.
    Storm,
    /// Consumers are refused now and then with both keys.
    BothAlike,
    /// 429 and 5xx.
    Limits,
    /// Time-outs.
    Silence,
}

#[tokio::test]
async fn an_unrelated_storm_takes_no_good_key_back() {
    for trouble in [Trouble::Storm, Trouble::BothAlike, Trouble::Limits, Trouble::Silence] {
        let (mut world, mut duty) = published(patient()).await;
        let began = world.now();
        for _ in 0..30 {
            bother(&world, trouble, began).await;
            step(&world, &mut duty, SECOND * 20).await;
            world.work().await;
            assert_eq!(world.served().await, Some(NEW), "{trouble:?}");
            assert!(!has(&world, AlertKind::RolledBack).await, "{trouble:?}");
        }
        assert_eq!(has(&world, AlertKind::Storm).await, matches!(trouble, Trouble::Storm), "{trouble:?}");
        world.gate.be(Mood::Honest);
        ends(&mut world, &mut duty, Outcome::Done).await;
        assert_eq!(world.snapshot().await.ledger.versions.len(), 2, "{trouble:?}: nothing was published again");
        assert_eq!(world.crew.outages, 0);
    }
}

async fn bother(world: &World, trouble: Trouble, began: Timestamp) {
    match trouble {
        Trouble::Storm => {
            let storm = Storm::new("api", "7 % of calls are refused", began, world.now());
            world.memory.signal(&world.secret, &storm).await.unwrap();
        }
        Trouble::BothAlike => {
            for credential in [OLD, NEW] {
                refused(world, ("web", "web-1"), credential, 40).await;
            }
        }
        Trouble::Limits => world.gate.be(Mood::Limits),
        Trouble::Silence => world.gate.be(Mood::Silent),
    }
}

/// An instance tells of calls that were refused.
async fn refused(world: &World, (consumer, instance): (&str, &str), credential: CredentialNo, refused: u64) {
    let (consumer, instance) = (consumer.to_owned(), instance.to_owned());
    let report = Report { refused_at: Some(world.now()), consumer, instance, credential, refused, ..Report::default() };
    world.memory.report(&world.secret, &report).await.unwrap();
}

#[tokio::test]
async fn the_first_refusal_of_a_key_that_was_switched_off_switches_it_on_at_once() {
    let mut world = world(Setting::default()).await;
    world.ask(ASKED).await;
    let mut duty = world.duty().await;
    while state(&world).await != Some(State::Watching) {
        world.work().await;
        step(&world, &mut duty, SECOND * 5).await;
    }
    assert!(!world.accepts(OLD).await);
    refused(&world, ("cron", "nightly"), OLD, 1).await;
    step(&world, &mut duty, SECOND).await;
    assert!(world.accepts(OLD).await, "it is switched on within a second");
    assert_eq!(state(&world).await, Some(State::Draining(Way::Forward)));
    let ledger = world.snapshot().await.ledger;
    let alert = ledger.alerts.iter().find(|alert| alert.kind == AlertKind::Straggler).unwrap();
    assert!(alert.what.starts_with("cron/nightly "), "{}", alert.what);
    for _ in 0..20 {
        world.work().await;
        step(&world, &mut duty, SECOND * 30).await;
    }
    assert_eq!(state(&world).await, Some(State::Draining(Way::Forward)), "the drain waits for it");
    let moved = Sighting {
        consumer: "cron".to_owned(),
        instance: "nightly".to_owned(),
        credential: Some(NEW),
        seen: Seen::Used,
        last: world.now(),
        lease_until: None,
    };
    world.memory.sight(&world.secret, &moved).await.unwrap();
    ends(&mut world, &mut duty, Outcome::Done).await;
    assert!(!has(&world, AlertKind::Straggler).await, "the alert is over with the rotation");
}

#[tokio::test]
async fn a_revoked_key_is_tried_until_it_is_refused_and_an_alert_says_when_that_takes_too_long() {
    let mut setting = Setting::default();
    setting.issuer.propagation = Duration::from_mins(1);
    let mut world = world(setting).await;
    world.ask(ASKED).await;
    let mut duty = world.duty().await;
    while !matches!(state(&world).await, Some(State::Confirming(..))) {
        world.work().await;
        step(&world, &mut duty, SECOND).await;
    }
    world.gate.be(Mood::AcceptsOld);
    step(&world, &mut duty, SECOND * 50).await;
    assert!(!has(&world, AlertKind::StillAccepted).await, "within the issuer's own lag it is no surprise");
    step(&world, &mut duty, Duration::from_mins(5)).await;
    assert!(has(&world, AlertKind::StillAccepted).await && world.snapshot().await.ledger.rotation.is_some());
    world.gate.be(Mood::Honest);
    ends(&mut world, &mut duty, Outcome::Done).await;
    assert!(!has(&world, AlertKind::StillAccepted).await);
}

#[tokio::test]
async fn a_rollback_at_any_moment_wins_or_comes_too_late_and_one_key_is_left() {
    let mut outcomes = Vec::new();
    for moment in 0..40 {
        let mut world = world(Setting::default()).await;
        world.ask(ASKED).await;
        let mut duty = world.duty().await;
        for _ in 0..moment {
            world.work().await;
            step(&world, &mut duty, SECOND * 10).await;
        }
        let wanted = Wanted::Of(Request::Rollback);
        world.ask(wanted).await;
        step(&world, &mut duty, SECOND).await;
        let until = world.now() + Duration::from_hours(1);
        while world.snapshot().await.ledger.rotation.is_some() && world.now() < until {
            world.work().await;
            step(&world, &mut duty, SECOND * 20).await;
        }
        let outcome = world.snapshot().await.ledger.last.map(|last| last.outcome);
        let wins = if outcome == Some(Outcome::RolledBack) { OLD } else { NEW };
        assert_eq!((world.served().await, world.crew.outages), (Some(wins), 0), "asked {moment} steps later");
        settled(&world).await;
        outcomes.push(outcome);
    }
    let back = outcomes.iter().filter(|outcome| **outcome == Some(Outcome::RolledBack)).count();
    assert!(back > 5 && back < outcomes.len() - 1, "{outcomes:?}");
    assert!(outcomes.is_sorted_by_key(|outcome| *outcome != Some(Outcome::RolledBack)), "{outcomes:?}");
}

#[tokio::test]
async fn a_clock_that_jumps_by_an_hour_shortens_no_watch_and_is_said() {
    for ahead in [true, false] {
        let (mut world, mut duty) = published(patient()).await;
        step(&world, &mut duty, Duration::from_mins(3)).await;
        let hour = Duration::from_hours(1);
        world.time.jump(if ahead { world.now() + hour } else { world.now() - hour });
        for _ in 0..20 {
            world.work().await;
            step(&world, &mut duty, Duration::from_mins(1)).await;
            assert_eq!(state(&world).await, Some(State::Draining(Way::Forward)), "ahead: {ahead}");
        }
        assert!(has(&world, AlertKind::ClockJump).await, "ahead: {ahead}");
        assert!(world.accepts(OLD).await && world.accepts(NEW).await);
        ends(&mut world, &mut duty, Outcome::Done).await;
    }
}

#[tokio::test]
async fn a_probe_that_flaps_takes_nothing_back_and_ends_no_watch() {
    let (mut world, mut duty) = published(patient()).await;
    world.gate.be(Mood::Flaps { refuses: true });
    for _ in 0..50 {
        world.work().await;
        step(&world, &mut duty, Duration::from_mins(1)).await;
        assert_eq!(world.served().await, Some(NEW));
    }
    assert!(!has(&world, AlertKind::RolledBack).await);
    world.gate.be(Mood::Honest);
    ends(&mut world, &mut duty, Outcome::Done).await;
}
