//! Pauses: what they cover, what they stop, and what is said when they are over.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use std::time::Duration;

use keybaton_core::ledger::Ended;
use keybaton_core::plan::{Verdict, plan};
use keybaton_core::policy::pause::{blocking, over, refusing};
use keybaton_core::policy::{Pause, PauseError, Scope};
use keybaton_core::rotation::explain::explain;
use keybaton_core::rotation::{Cause, State, Way};
use keybaton_types::{Outcome, RotationId, SecretId, Timestamp};

use crate::scene::{DAY, HOUR, NOW, Scene};

fn prod() -> SecretId {
    "payments/prod".parse().unwrap()
}

fn pause(scope: Scope, span: Duration) -> Pause {
    Pause::new(scope, NOW, NOW + span, "ann", Some("the fair".to_owned())).unwrap()
}

#[test]
fn a_pause_has_an_end_that_is_not_far_away() {
    let until = |until| Pause::new(Scope::All, NOW, until, "ann", None).map(|pause| pause.until);
    assert_eq!(until(NOW), Err(PauseError::Past));
    assert_eq!(until(NOW + DAY * 90), Ok(NOW + DAY * 90));
    assert_eq!(until(NOW + DAY * 90 + Duration::from_micros(1)), Err(PauseError::TooLong));
}

#[test]
fn a_pause_blocks_what_it_covers_until_it_is_over() {
    let owner = Some("team");
    for (scope, covers, others) in [
        (Scope::Secret(prod()), true, false),
        (Scope::Owner("team".to_owned()), true, true),
        (Scope::Owner("nobody".to_owned()), false, false),
        (Scope::All, true, true),
    ] {
        let pause = pause(scope, HOUR);
        assert_eq!(pause.blocks(&prod(), owner, NOW), covers, "{pause:?}");
        assert_eq!(pause.blocks(&"payments/dev".parse().unwrap(), owner, NOW), others, "{pause:?}");
        assert!(!pause.blocks(&prod(), owner, NOW + HOUR), "{pause:?}");
    }
    assert!(!pause(Scope::Owner("team".to_owned()), HOUR).blocks(&prod(), None, NOW), "nobody answers for it");
}

#[test]
fn of_several_pauses_the_longest_counts_and_an_emergency_knows_none() {
    let all =
        [pause(Scope::Secret(prod()), HOUR), pause(Scope::All, DAY), pause(Scope::Owner("x".to_owned()), DAY * 2)];
    assert_eq!(blocking(&all, &prod(), None, NOW).map(|pause| pause.until), Some(NOW + DAY));
    assert_eq!(blocking(&all, &prod(), None, NOW + DAY), None);
    let refused = |cause| refusing(&all, &prod(), None, cause, NOW).is_some();
    assert_eq!([Cause::Schedule, Cause::Asked, Cause::Leaked].map(refused), [true, true, false]);
}

#[test]
fn a_pause_that_is_over_is_told_until_a_rotation_has_ended_since() {
    let all = [pause(Scope::Secret(prod()), HOUR)];
    let ended = |at: Timestamp| Ended {
        id: RotationId(1),
        outcome: Outcome::RolledBack,
        at,
        grade: None,
        from: None,
        to: None,
    };
    let told = |last: Option<&Ended>, now| over(&all, &prod(), None, last, now).len();
    assert_eq!((told(None, NOW), told(None, NOW + HOUR)), (0, 1));
    assert_eq!(told(Some(&ended(NOW + HOUR / 2)), NOW + DAY), 1, "that one ran through the pause");
    assert_eq!(told(Some(&ended(NOW + HOUR)), NOW + DAY), 0);
    assert!(over(&all, &"payments/dev".parse().unwrap(), None, None, NOW + DAY).is_empty());
    let farewell = all[0].farewell();
    assert!(farewell.starts_with("the pause of payments/prod by ann (the fair) ended at "), "{farewell}");
}

#[test]
fn a_plan_and_an_explanation_say_that_nothing_begins() {
    let (scene, pause) = (Scene::idle(), pause(Scope::All, HOUR));
    let paused = plan(&scene.facts(), Cause::Asked, None).paused(Some(&pause));
    assert_eq!(paused.verdict, Verdict::Paused(pause.document()));
    assert_eq!(plan(&scene.facts(), Cause::Asked, None).paused(None).verdict, Verdict::CanStart);
    let story = explain(&scene.facts()).paused(&scene.facts(), Some(&pause), &[]);
    assert!(story.sentence.ends_with("Rotations of every secret are paused by ann; that ends in 1h."), "{story:?}");
    let commands: Vec<&str> = story.can.iter().map(|action| action.command.as_str()).collect();
    assert_eq!(commands, ["keybaton plan payments/prod", "keybaton resume --all"]);
    let over = explain(&scene.facts()).paused(&scene.facts(), None, &[&pause]);
    assert!(over.sentence.contains("The pause of every secret by ann"), "{over:?}");
}

#[test]
fn a_rotation_that_runs_is_not_stopped_by_a_pause() {
    let scene = Scene::published(State::Draining(Way::Forward));
    let pause = pause(Scope::All, HOUR);
    let paused = plan(&scene.facts(), Cause::Asked, None).paused(Some(&pause));
    assert!(matches!(paused.verdict, Verdict::Active(_)));
    let story = explain(&scene.facts()).paused(&scene.facts(), Some(&pause), &[]);
    assert!(story.sentence.ends_with("The rotation that is under way goes on."), "{story:?}");
}
