//! Defects that were found once, each as the sentence that holds now.

use crate::scene::{A, B, DAY, HOUR, MINUTE, NOW, Scene, agent, done, not_sent, refused, unknown};
use keybaton_core::answer::*;
use keybaton_core::gate;
use keybaton_core::health::judge;
use keybaton_core::ledger::*;
use keybaton_core::policy::*;
use keybaton_core::roster::{Stand, observe};
use keybaton_core::rotation::*;
use keybaton_core::watch::*;
use keybaton_types::*;
use std::time::Duration;
fn open() -> Scene {
    Scene::published(State::Draining(Way::Forward))
}
fn watching() -> Scene {
    Scene::published(State::Watching).with(|s| {
        s.ledger.credentials[0].far = Far::Disabled;
        s.change(|r| {
            r.times.since = Some(NOW - HOUR);
            r.grade = Some(Grade::Evidenced);
        });
        s.watch.last = Some(Moment { wall: NOW, ..Moment::default() });
        s.watch.new = Run { last: Some(Verdict::Accepted), count: 60 };
    })
}
fn ref2() -> Run {
    Run { last: Some(Verdict::Refused), count: 2 }
}
fn entry(id: &str, label: Option<&str>) -> Listed {
    Listed {
        id: id.into(),
        label: label.map(ToOwned::to_owned),
        enabled: Some(true),
        created: None,
        last_used: None,
        creator: None,
    }
}

#[test]
fn probe_refuses_b_while_a_is_off() {
    let s = watching().with(|s| {
        s.watch.new = ref2();
    });
    assert!(matches!(s.wake().state(), State::Enabling(_)), "{:?}", s.wake().state());
}

#[test]
fn probe_refuses_b_and_a_while_a_is_off() {
    let s = watching().with(|s| {
        s.watch.new = ref2();
        s.watch.old = ref2();
    });
    assert!(matches!(s.wake().state(), State::Enabling(_)), "{:?}", s.wake().state());
}

#[test]
fn a_found_disabled_in_the_drain_is_enabled() {
    let s = open().with(|s| {
        s.watch.old_enabled = Some(false);
        s.watch.observed = MINUTE;
    });
    assert!(matches!(s.wake().effect(), Some(Effect::Enable { .. })), "{:?}", s.wake());
}

#[test]
fn vault_drift_while_watching() {
    let s = watching().with(|s| s.watch.served = Some(Served::Ours(VersionNo(1))));
    assert!(!matches!(s.wake().state(), State::Revoking(_)), "{:?}", s.wake().state());
}

#[test]
fn forced_then_held_then_rolled_back_drains() {
    let mut s = open().with(|s| {
        s.policy.rollback = Rollback::Ask;
        s.watch.new = ref2();
        s.watch.old = Run { last: Some(Verdict::Accepted), count: 2 };
        s.saw("web", "1", B, Seen::Used, NOW);
    });
    let a = s.ask(Request::Force).unwrap();
    s.commit(&a);
    let a = s.ask(Request::Rollback).unwrap();
    s.commit(&a);
    let seq = s.rotation().pending.unwrap().seq;
    let a = s.tried(Event::Answered { seq, answer: done(Found::Probed(Verdict::Accepted)) }).unwrap();
    s.commit(&a);
    let seq = s.rotation().pending.unwrap().seq;
    let a = s.tried(Event::Answered { seq, answer: done(Found::Nothing) }).unwrap();
    s.commit(&a);
    assert_eq!(s.rotation().state, State::Draining(Way::Back));
    assert_eq!(s.wake().state(), State::Draining(Way::Back));
}

#[test]
fn disabling_respects_rollback_policy() {
    let s = Scene::published(State::Disabling).with(|s| {
        s.policy.rollback = Rollback::Ask;
        s.reported(("web", "1"), B, 0, 20);
        s.change(|r| r.times.landing = Some(NOW + MINUTE));
    });
    assert_eq!(s.wake().state(), State::Enabling(Then::Drain));
}

#[test]
fn refusal_between_disable_and_its_answer_counts() {
    let mut s = Scene::published(State::Disabling).with(|s| {
        s.reported(("batch", "7"), A, 0, 1);
    });
    let a = s.answer(Effect::Disable { credential: A }, done(Found::Nothing));
    if a.state() == State::Watching {
        s.commit(&a);
        s.watch = Watch::new(2);
        assert!(matches!(s.wake().state(), State::Enabling(_)), "{:?}", s.wake().state());
    }
}

#[test]
fn emergency_with_missing_instances_is_assumed() {
    let s = open().with(|s| {
        s.policy.consumers = vec![agent("ghost", 3)];
        s.sightings.clear();
        s.change(|r| r.cause = Cause::Leaked);
    });
    let g = gate::evaluate(&s.rotation(), &s.facts(), Way::Forward);
    assert!(g.waits.is_empty());
    assert_eq!(g.grade, Grade::Assumed);
}

#[test]
fn recorded_grade() {
    let s = open().with(|s| {
        s.policy.consumers = vec![agent("ghost", 3)];
        s.sightings.clear();
        s.change(|r| r.cause = Cause::Leaked);
    });
    assert_eq!(s.wake().rotation.grade, Some(Grade::Assumed));
}

#[test]
fn emergency_nobody_known_waits_force_after() {
    let s = open().with(|s| {
        s.policy.consumers.clear();
        s.sightings.clear();
        s.watch = Watch::new(1);
        s.change(|r| {
            r.cause = Cause::Leaked;
            r.times.since = Some(NOW);
        });
    });
    assert!(s.wake().effect().is_none(), "{:?}", s.wake().effect());
}

#[test]
fn operator_ack_clears_missing() {
    let s = open().with(|s| {
        s.policy.consumers = vec![agent("web", 1)];
        s.sightings.clear();
        s.saw("web", "1", A, Seen::Used, NOW - HOUR);
        s.saw("web", "1", A, Seen::Acked, NOW - MINUTE);
        s.sightings[1].credential = None;
    });
    let g = gate::evaluate(&s.rotation(), &s.facts(), Way::Forward);
    assert!(g.waits.is_empty(), "{:?}", g.waits);
}

#[test]
fn use_after_lease_end() {
    let mk = |seen, last, lease: Option<i64>| Sighting {
        consumer: "w".into(),
        instance: "1".into(),
        credential: Some(A),
        seen,
        last: Timestamp(last),
        lease_until: lease.map(Timestamp),
    };
    let s = observe(&[mk(Seen::Fetched, 10, Some(15)), mk(Seen::Used, 18, None)], Some(A), Some(B), Timestamp(20));
    assert!(matches!(s[0].stand, Stand::Old(_)), "{:?}", s[0].stand);
}

#[test]
fn foreign_installation_can_be_rolled_back() {
    let s = Scene::minted(State::Minting(Mint::Looking(Aim::Leave))).with(|s| {
        s.ledger.credentials.pop();
        s.change(|r| r.new = None);
    });
    let a = s.answer(Effect::List, done(Found::Listed(vec![entry("x", Some("kb1-zzzzzz-payments-prod-7"))])));
    assert!(matches!(a.state(), State::Ended(_)), "{:?}", a.held());
}

#[test]
fn unknown_creates_for_ever_are_held() {
    let s = Scene::minted(State::Minting(Mint::Creating)).with(|s| {
        s.ledger.credentials.pop();
        s.change(|r| {
            r.new = None;
            r.tries = 20;
        });
    });
    let a = s.answer(Effect::Create { label: Label("kb1-a1b2c3-payments-prod-7".into()), credential: B }, unknown());
    assert!(a.held().is_some(), "{:?}", a.rotation);
}

#[test]
fn destroy_not_found_goes_to_confirming() {
    let s = Scene::published(State::Revoking(Way::Forward));
    let a = s.answer(Effect::Destroy { credential: A }, refused(Blame::NotFound));
    assert!(matches!(a.state(), State::Confirming(..)), "{:?}", a.state());
}

#[test]
fn off_is_not_gone_where_it_switches() {
    let s = Scene::published(State::Confirming(Way::Forward, Look::Second));
    let a = s.answer(
        Effect::Examine { credential: A },
        done(Found::Examined(Remains { listed: Some(Life::Off), verdict: Verdict::Refused })),
    );
    assert!(!matches!(a.state(), State::Ended(_)), "{:?}", a.state());
}

#[test]
fn overlap_counts_from_publish_after_reenable() {
    let s = Scene::published(State::Enabling(Then::Drain));
    let a = s.answer(Effect::Probe { credential: A }, done(Found::Probed(Verdict::Accepted)));
    assert_eq!(a.rotation.times.since, Some(NOW - HOUR * 2));
}

#[test]
fn health_in_publishing() {
    let s = Scene::minted(State::Publishing { way: Way::Forward, write: Write::Reading, version: VersionNo(2) }).with(
        |s| {
            s.watch.new = ref2();
            s.watch.old = Run { last: Some(Verdict::Accepted), count: 1 };
            s.change(|r| r.hold = Some(Hold { reason: HoldReason::Unreachable("x".into()), since: NOW }));
        },
    );
    assert!(matches!(s.wake().state(), State::Publishing { way: Way::Back, .. }), "{:?}", s.wake().state());
}

#[test]
fn unconclusive_watch_counts_as_observed() {
    let mut w = Watch::new(1);
    for i in 0..31 {
        let m = i * 60_000_000;
        w.note(
            &Observation {
                at: Moment { wall: Timestamp(m), boot: m, boot_id: 1 },
                new: Some(Verdict::Inconclusive),
                ..Observation::default()
            },
            MINUTE,
        );
    }
    assert!(w.observed < MINUTE * 30, "{:?}", w.observed);
}

#[test]
fn last_probe_refused_once_still_passes_gate() {
    let s = open().with(|s| s.watch.new = Run { last: Some(Verdict::Refused), count: 1 });
    assert!(!matches!(s.wake().state(), State::Disabling), "{:?}", s.wake().state());
}

#[test]
fn on_straggler_revoke_respects_watch() {
    let s = open().with(|s| {
        s.saw("web", "2", A, Seen::Used, NOW - MINUTE);
        s.watch.observed = Duration::ZERO;
        s.policy.overlap.on_straggler = OnStraggler::Revoke;
        s.change(|r| r.times.since = Some(NOW - DAY * 8));
    });
    assert!(s.wake().effect().is_none(), "{:?}", s.wake().effect());
}

#[test]
fn one_instance_alone_claims_others_succeed() {
    let s = open().with(|s| {
        s.reported(("web", "1"), A, 0, 100);
        s.reported(("web", "1"), B, 0, 100);
    });
    assert_eq!(judge(&s.rotation(), &s.facts()), None);
}

#[test]
fn sweep_that_still_lists_is_paced() {
    let s = Scene::minted(State::Minting(Mint::Looking(Aim::Create))).with(|s| {
        s.ledger.credentials.pop();
        s.change(|r| r.new = None);
    });
    let mut s = s;
    let mut n = 0;
    let a = s.wake();
    s.commit(&a);
    while let Some(p) = s.rotation().pending {
        n += 1;
        if n > 20 {
            break;
        }
        let f = match p.effect {
            Effect::List => Found::Listed(vec![entry("lost", Some("kb1-a1b2c3-payments-prod-7"))]),
            _ => Found::Nothing,
        };
        let a = s.tried(Event::Answered { seq: p.seq, answer: done(f) }).unwrap();
        s.commit(&a);
    }
    assert!(n <= 20);
}

#[test]
fn still_accepted_alert_is_raised_once() {
    let mut s = Scene::published(State::Confirming(Way::Forward, Look::First));
    let a = s.answer(
        Effect::Examine { credential: A },
        done(Found::Examined(Remains { listed: Some(Life::Gone), verdict: Verdict::Accepted })),
    );
    s.commit(&a);
    let a = s.answer(
        Effect::Examine { credential: A },
        done(Found::Examined(Remains { listed: Some(Life::Gone), verdict: Verdict::Accepted })),
    );
    assert!(!a.raises(AlertKind::StillAccepted));
}

#[test]
fn back_cut_off_names_the_new_key() {
    let s = Scene::published(State::Draining(Way::Back)).with(|s| {
        s.saw("web", "1", B, Seen::Used, NOW);
    });
    let a = s.ask(Request::Force).unwrap();
    let t = format!("{:?}", a.transition.changes);
    assert!(!t.contains("the old key was revoked"), "{t}");
}

#[test]
fn disable_not_sent_for_ever_is_alerted() {
    let mut s = Scene::published(State::Disabling);
    for _ in 0..10 {
        let a = s.answer(Effect::Disable { credential: A }, not_sent());
        s.commit(&a);
        assert!(a.effect().is_none());
        let w = s.wake();
        if w.held().is_some() {
            return;
        }
        s.commit(&w);
        s.change(|r| {
            r.pending = None;
            r.state = State::Disabling;
        });
    }
    panic!("never held");
}

#[test]
fn hold_clears_when_the_reason_is_gone() {
    let s = Scene::minted(State::Minting(Mint::Looking(Aim::Create))).with(|s| {
        s.ledger.credentials.pop();
        s.change(|r| {
            r.new = None;
            r.tries = 5;
            r.hold = Some(Hold { reason: HoldReason::SlotsFull(vec![]), since: NOW });
        });
    });
    let a = s.answer(Effect::List, done(Found::Listed(vec![entry("key_1", None)])));
    assert_eq!(a.held(), None, "{:?}", a.effect());
}

#[test]
fn acked_leased_instance_expired_is_moved() {
    let s = open().with(|s| {
        s.policy.consumers = vec![agent("web", 1)];
        s.sightings.clear();
        s.saw("web", "1", A, Seen::Fetched, NOW - HOUR);
        s.sightings[0].lease_until = Some(NOW - MINUTE);
    });
    let g = gate::evaluate(&s.rotation(), &s.facts(), Way::Forward);
    assert!(g.waits.is_empty(), "{:?}", g.waits);
}

#[test]
fn restored_during_watching_enables() {
    let s = watching().with(|s| s.ledger.restored = true);
    assert!(s.wake().effect().is_some(), "{:?} {:?}", s.wake().held(), s.wake().effect());
}

#[test]
fn rejected_disable_waits_before_the_next() {
    let mut s = Scene::published(State::Disabling);
    let a = s.answer(Effect::Disable { credential: A }, refused(Blame::Rejected));
    s.commit(&a);
    let w = s.wake();
    assert!(w.effect().is_none(), "{:?} hold {:?}", w.effect(), w.held());
}

#[test]
fn old_dead_hold_does_not_open_gate() {
    let s = open().with(|s| s.change(|r| r.hold = Some(Hold { reason: HoldReason::OldDead, since: NOW })));
    assert!(s.wake().effect().is_none());
}

#[test]
fn rollback_while_backed_off_enabling_sends_now() {
    let s = Scene::published(State::Enabling(Then::Drain)).with(|s| s.change(|r| r.times.wake = Some(NOW + MINUTE)));
    assert!(s.ask(Request::Rollback).unwrap().rotation.state == State::Enabling(Then::Back));
}

#[test]
fn create_lost_while_giving_up() {
    // rollback asked during Creating after Unknown keeps Leave
    let s = Scene::minted(State::Minting(Mint::Looking(Aim::Leave))).with(|s| {
        s.ledger.credentials.pop();
        s.change(|r| {
            r.new = None;
            r.times.wake = None;
        });
    });
    let a = s.answer(Effect::List, refused(Blame::Transient));
    assert_eq!(a.state(), State::Minting(Mint::Looking(Aim::Leave)));
}

#[test]
fn a_label_of_a_lost_time_is_never_swept() {
    let s = Scene::minted(State::Minting(Mint::Looking(Aim::Create))).with(|s| {
        s.ledger.lost_until = OpSeq(100);
        s.change(|r| r.new = None);
    });
    let lost = entry("lost", Some("kb1-a1b2c3-payments-prod-7"));
    let after = s.answer(Effect::List, done(Found::Listed(vec![entry("key_1", None), lost])));
    assert!(!matches!(after.effect(), Some(Effect::Sweep { .. })), "{:?}", after.effect());
    assert!(after.raises(AlertKind::PossibleOrphan));
}

#[test]
fn a_consumer_that_is_gone_owes_no_acknowledgement() {
    let s = open().with(|s| {
        s.policy.consumers = vec![Consumer { name: "report".into(), evidence: Evidence::Ack }];
        s.sightings.push(Sighting {
            consumer: "report".into(),
            instance: String::new(),
            credential: None,
            seen: Seen::Forgotten,
            last: NOW,
            lease_until: None,
        });
    });
    let g = gate::evaluate(&s.rotation(), &s.facts(), Way::Forward);
    assert!(g.waits.is_empty(), "{:?}", g.waits);
    assert_eq!(g.grade, Grade::Assumed);
}
