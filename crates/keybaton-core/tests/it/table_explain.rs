//! The words of an explanation, in every state and every hold.

use keybaton_core::ledger::{Ended, Far, Seen};
use keybaton_core::rotation::explain::{Explanation, explain, phase_sentence, safe_now};
use keybaton_core::rotation::{
    Aim, Effect, Event, Hold, HoldReason, Look, Mint, Operation, Request, State, Then, Way, Write,
};
use keybaton_types::{Grade, OpSeq, Outcome, RotationId, VersionNo};

use crate::scene::{A, DAY, HOUR, MINUTE, NOW, Scene};

fn told(scene: &Scene) -> Explanation {
    explain(&scene.facts())
}

fn commands(scene: &Scene) -> Vec<String> {
    told(scene).can.into_iter().map(|action| action.command).collect()
}

fn draining() -> Scene {
    Scene::published(State::Draining(Way::Forward))
}

/// Two of four instances still use A.
fn straggling() -> Scene {
    draining().with(|scene| {
        scene.saw("cron", "x", A, Seen::Used, NOW - MINUTE * 4);
        scene.saw("cron", "y", A, Seen::Fetched, NOW - HOUR * 5);
    })
}

fn held(reason: HoldReason) -> Scene {
    let hold = Hold { reason, since: NOW - MINUTE * 4 };
    straggling().with(|scene| scene.change(|rotation| rotation.hold = Some(hold)))
}

fn states() -> Vec<Scene> {
    let publishing = |way, write, version| State::Publishing { way, write, version: VersionNo(version) };
    let minting = [Mint::Looking(Aim::Create), Mint::Creating, Mint::Sweeping(Aim::Create), Mint::Looking(Aim::Leave)];
    let before = minting.into_iter().map(State::Minting).chain([
        State::Proving { passes: 0, refusals: 0 },
        publishing(Way::Forward, Write::Writing, 2),
        publishing(Way::Forward, Write::Reading, 2),
    ]);
    let after = [
        publishing(Way::Back, Write::Checking, 3),
        publishing(Way::Back, Write::Writing, 3),
        State::Draining(Way::Forward),
        State::Draining(Way::Back),
        State::Disabling,
        State::Watching,
        State::Enabling(Then::Drain),
        State::Enabling(Then::Back),
        State::Revoking(Way::Forward),
        State::Revoking(Way::Back),
        State::Confirming(Way::Forward, Look::First),
        State::Confirming(Way::Back, Look::Second),
    ];
    before.map(Scene::minted).chain(after.map(Scene::published)).collect()
}

#[test]
fn a_drain_says_how_many_have_not_moved_and_who() {
    let told = told(&straggling());
    assert_eq!(told.sentence, "The old key (key_1) still works because 2 of 4 instances have not moved.");
    assert_eq!(
        told.waits,
        [
            "cron/x had the old key (key_1) 4m ago, and has not shown that it has moved",
            "cron/y had the old key (key_1) 5h ago, and has not shown that it has moved",
        ]
    );
    assert_eq!(
        told.next,
        "Nothing until they have moved; then the old key is switched off, watched for 30m, and destroyed. \
         At the end of the overlap (in 6d 22h) the rotation is held and a person is called."
    );
    assert_eq!(told.safe, "the old key (key_1) is still valid, and so is the new key (key_2); nothing was revoked");
}

#[test]
fn a_drain_says_what_a_person_can_do_and_whom_it_breaks() {
    assert_eq!(
        commands(&straggling()),
        [
            "keybaton consumers ack payments/prod cron/x",
            "keybaton consumers ack payments/prod cron/y",
            "keybaton rollback payments/prod",
            "keybaton revoke payments/prod --version 1",
            "keybaton rotate payments/prod --reason leaked",
        ]
    );
    let revoke = told(&straggling()).can.into_iter().find(|action| action.command.contains("revoke")).unwrap();
    assert_eq!(revoke.when, "to end the overlap now; it cuts off cron/x, cron/y");
}

#[test]
fn declared_instances_that_nobody_has_seen_are_counted() {
    let silent = draining().with(|scene| scene.policy.consumers = vec![crate::scene::agent("web", 3)]);
    assert_eq!(told(&silent).sentence, "The old key (key_1) still works because 1 of 3 instances has not moved.");
}

#[test]
fn a_drain_that_waits_for_time_says_so() {
    let early = draining().with(|scene| {
        scene.policy.overlap.min = HOUR * 3;
        scene.watch.observed = MINUTE * 12;
    });
    let told = told(&early);
    assert!(told.sentence.ends_with("because the overlap is not over, though everybody has moved."), "{told:?}");
    assert_eq!(
        told.waits,
        [
            "the overlap lasts at least 3h, and ends in 1h at the earliest",
            "watched since the publish for 12m of 30m; only observed time counts",
        ]
    );
}

#[test]
fn every_state_is_explained_and_says_what_is_safe() {
    for scene in states() {
        let (told, state) = (told(&scene), scene.rotation().state);
        assert!(told.sentence.ends_with('.') && told.next.ends_with('.'), "{state:?}: {told:?}");
        let revoked = told.safe.ends_with("nothing was revoked");
        assert_eq!(revoked, !state.is_past_return(), "{state:?}: {}", told.safe);
        assert!(told.safe.contains("key_1") && !told.safe.contains('.'), "{state:?}: {}", told.safe);
        assert!(!phase_sentence(&scene.rotation()).is_empty());
        let words = format!("{told:?}");
        assert!(!words.contains("credential") && !words.contains("  "), "{words}");
    }
}

#[test]
fn after_the_point_of_no_return_one_key_is_valid() {
    let way = |way| safe_now(&Scene::published(State::Revoking(way)).ledger);
    assert_eq!(way(Way::Forward), "only the new key (key_2) is valid; the old key (key_1) is condemned");
    assert_eq!(way(Way::Back), "only the old key (key_1) is valid; the new key (key_2) is condemned");
}

#[test]
fn before_the_publish_the_old_key_is_the_valid_one() {
    let safe = safe_now(&Scene::minted(State::Minting(Mint::Creating)).ledger);
    assert_eq!(safe, "the old key (key_1) is still valid; nothing was revoked");
}

#[test]
fn a_key_that_is_switched_off_is_not_called_valid() {
    for state in [State::Watching, State::Disabling, State::Enabling(Then::Drain)] {
        let scene = Scene::published(state).with(|scene| scene.ledger.credentials[0].far = Far::Disabled);
        let safe = safe_now(&scene.ledger);
        assert!(safe.starts_with("the new key (key_2) is valid; the old key (key_1) is switched off"), "{safe}");
    }
}

#[test]
fn only_what_the_machine_accepts_is_offered() {
    for scene in states() {
        let offered = |word: &str| commands(&scene).iter().any(|command| command.starts_with(word));
        let taken = |request| scene.ask(request).is_ok();
        assert_eq!(offered("keybaton rollback"), taken(Request::Rollback), "{:?}", scene.rotation().state);
        assert_eq!(offered("keybaton resume"), taken(Request::Resume));
        assert!(!offered("keybaton revoke") || taken(Request::Force));
    }
}

#[test]
fn a_hold_says_why_since_when_and_how_it_ends() {
    let told = told(&held(HoldReason::Straggler));
    assert_eq!(
        told.sentence,
        "The rotation has been held for 4m: somebody still uses the old key at the end of the overlap. \
         The old key (key_1) still works because 2 of 4 instances have not moved."
    );
    assert_eq!(told.next, "It goes on by itself when the last of them has moved; nothing is revoked before.");
    assert_eq!(commands(&held(HoldReason::Straggler))[0], "keybaton resume payments/prod");
}

#[test]
fn a_hold_in_which_a_key_fails_calls_no_dead_key_valid() {
    for (reason, safe) in [
        (HoldReason::OldDead, "the new key (key_2) is published; the old key (key_1) exists, but was refused"),
        (HoldReason::BothRefused, "the old key (key_1) and the new key (key_2) both exist, and both were refused"),
        (HoldReason::NewFails, "the old key (key_1) is still valid; the new key (key_2) is published, and fails"),
    ] {
        assert_eq!(told(&held(reason)).safe, format!("{safe}; nothing was revoked"));
    }
}

#[test]
fn every_hold_is_explained() {
    for reason in [
        HoldReason::SlotsFull(vec!["key_9".into()]),
        HoldReason::Unreachable("words".to_owned()),
        HoldReason::Rejected("words".to_owned()),
        HoldReason::Straggler,
        HoldReason::ForeignInstallation("zzzzzz".to_owned()),
        HoldReason::ForeignWrite,
        HoldReason::NeverProved,
        HoldReason::NewFails,
        HoldReason::BothRefused,
        HoldReason::OldDead,
        HoldReason::StillAccepted,
        HoldReason::Restored,
    ] {
        let told = told(&held(reason.clone()));
        assert!(told.sentence.contains(&reason.to_string()) && !told.next.is_empty(), "{told:?}");
        assert_eq!(told.can[0].command, "keybaton resume payments/prod");
    }
}

#[test]
fn a_restored_database_is_only_resumed() {
    let restored = held(HoldReason::Restored).with(|scene| scene.ledger.restored = true);
    assert_eq!(commands(&restored), ["keybaton resume payments/prod"]);
    assert!(told(&restored).safe.contains("nothing is revoked until a person has looked"));
}

#[test]
fn the_call_in_flight_is_named() {
    let scene = Scene::minted(State::Minting(Mint::Looking(Aim::Create))).with(|scene| {
        let deadline = NOW + MINUTE;
        let pending = Operation { seq: OpSeq(9), effect: Effect::List, deadline, lands_until: deadline };
        scene.change(|rotation| rotation.pending = Some(pending));
    });
    assert_eq!(told(&scene).waits, ["the call `list` is in flight; it is given up in 1m"]);
    assert!(scene.tried(Event::Woke).is_err());
    assert!(commands(&scene).contains(&"keybaton rollback payments/prod".to_owned()), "after the call it works");
}

#[test]
fn a_secret_at_rest_is_explained() {
    let idle = told(&Scene::idle());
    assert_eq!(idle.sentence, "Key key_1 is current (minted, 1d old); no rotation is active.");
    assert_eq!(idle.safe, "key key_1 is valid; nothing was revoked");
    assert_eq!(idle.can.len(), 2);
    let overdue = Scene::idle().with(|scene| {
        scene.policy.max_age = Some(HOUR * 20);
    });
    assert!(told(&overdue).sentence.starts_with("Key key_1 is overdue: it is 4h older than its max_age of 20h"));
    let due = told(&overdue).scheduled(&overdue.facts(), Some(NOW + DAY));
    assert_eq!(due.next, "The schedule starts the next rotation in 1d.");
}

#[test]
fn a_secret_without_a_key_is_explained() {
    let none = told(&Scene::empty());
    assert_eq!(none.sentence, "payments/prod has no key yet.");
    assert_eq!(none.safe, "no key is in use; nothing was revoked");
    assert_eq!(none.can[0].command, "keybaton adopt payments/prod --id ID");
}

#[test]
fn the_first_key_has_no_old_one() {
    let first = Scene::published(State::Draining(Way::Forward)).with(|scene| {
        scene.watch.observed = MINUTE;
        scene.change(|rotation| rotation.old = None);
    });
    let told = told(&first);
    assert_eq!(told.sentence, "The new key (key_2) is the first one, and is being watched.");
    assert_eq!(told.safe, "the new key (key_2) is valid; it is the first one; nothing was revoked");
    assert!(commands(&first).is_empty(), "there is nothing to go back to");
}

#[test]
fn the_grade_of_the_last_revoke_is_shown() {
    let ended = |outcome, grade| {
        Scene::idle().with(|scene| {
            let (id, at, from) = (RotationId(1), NOW - HOUR, Some(VersionNo(1)));
            scene.ledger.last = Some(Ended { id, outcome, at, grade, from, to: scene.ledger.current });
        })
    };
    let done = told(&ended(Outcome::Done, Some(Grade::Evidenced)));
    assert!(done.sentence.ends_with("The key before it was revoked 1h ago (grade: evidenced)."), "{}", done.sentence);
    assert_eq!(done.grade, Some(Grade::Evidenced));
    assert_eq!(done.safe, "only key key_1 is valid; the key before it was revoked");
    let back = told(&ended(Outcome::RolledBack, None));
    assert!(back.sentence.ends_with("The last rotation was rolled back 1h ago."), "{}", back.sentence);
    assert_eq!((told(&draining()).grade, told(&straggling()).grade), (Some(Grade::Proved), Some(Grade::Assumed)));
}
