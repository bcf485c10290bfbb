//! Errands: what each answer leads to where a person makes the keys and deletes them.

use keybaton_core::answer::{Answer, Blame, Found, Remains, Verdict};
use keybaton_core::ledger::{AlertKind, Far, Origin, Stage};
use keybaton_core::plan::{Asked, plan};
use keybaton_core::rotation::explain::{errand, explain};
use keybaton_core::rotation::{Aim, Cause, Effect, Event, Hold, HoldReason, Look, Mint, Refused, Request, State, Way};
use keybaton_core::sheet::{Ability, Chooser, Errand};
use keybaton_types::document::Task;
use keybaton_types::{Grade, Label, Outcome, Timestamp};

use crate::scene::{A, B, DAY, HOUR, MINUTE, NOW, Scene, credential, done, failures, why};

const EXAMINE: Effect = Effect::Examine { credential: A };

/// Where a person makes and deletes keys, within three days and with a reminder a day.
fn by_hand(scene: Scene) -> Scene {
    scene.with(|scene| {
        scene.sheet.chooser = Chooser::Person(Errand { deadline: DAY * 3, remind: DAY });
        (scene.sheet.listing, scene.sheet.switching) = (Ability::Lacks, Ability::Lacks);
    })
}

/// B has its number and its label; nobody has made it.
fn minting(mint: Mint) -> Scene {
    by_hand(Scene::minted(State::Minting(mint))).with(|scene| {
        let row = &mut scene.ledger.credentials[1];
        (row.issued, row.label, row.far) = (None, Some(label()), Far::Unborn);
    })
}

fn label() -> Label {
    Label("kb1-a1b2c3-payments-prod-7".to_owned())
}

fn create() -> Effect {
    Effect::Create { label: label(), credential: B }
}

fn person() -> Answer {
    Answer::NotSent(why(Blame::Person))
}

/// Asked for at `since`, told at `told`.
fn waiting(since: Timestamp, told: Timestamp) -> Scene {
    minting(Mint::Creating).with(|scene| {
        scene.change(|rotation| {
            rotation.hold = Some(Hold { reason: HoldReason::AwaitsKey("words".to_owned()), since });
            (rotation.times.since, rotation.times.told) = (Some(since), Some(told));
        });
    })
}

fn confirming(look: Look, since: Timestamp) -> Scene {
    by_hand(Scene::published(State::Confirming(Way::Forward, look))).with(|scene| {
        scene.ledger.credentials[0].condemned = true;
        scene.change(|rotation| {
            rotation.hold = Some(Hold { reason: HoldReason::AwaitsDeletion("words".to_owned()), since });
            (rotation.times.since, rotation.times.told) = (Some(since), Some(since));
        });
    })
}

fn left(verdict: Verdict) -> Answer {
    done(Found::Examined(Remains { listed: None, verdict }))
}

#[test]
fn the_number_and_the_label_are_kept_before_a_person_is_asked() {
    let fresh = minting(Mint::Looking(Aim::Create)).with(|scene| {
        scene.ledger.credentials.pop();
        scene.change(|rotation| (rotation.new, rotation.times.since) = (None, None));
    });
    let after = fresh.tried(Event::Started).unwrap();
    let row = after.row(B).unwrap();
    assert_eq!((row.far, row.issued.clone(), row.origin), (Far::Unborn, None, Origin::Handed));
    assert_eq!((after.rotation.new, after.rotation.times.since), (Some(B), Some(NOW)));
    assert!(
        matches!(after.effect(), Some(Effect::Create { credential: B, label }) if Some(label) == row.label.as_ref())
    );
}

#[test]
fn a_person_is_asked_for_the_key_and_the_same_label_stays() {
    let after = minting(Mint::Creating).with(|s| s.change(|r| r.times.since = Some(NOW))).answer(create(), person());
    assert_eq!(after.held(), Some(&HoldReason::AwaitsKey("words".to_owned())));
    assert!(after.raises(AlertKind::Held) && !after.raises(AlertKind::PersonLate));
    assert!(after.waits_until(NOW + DAY), "until the first reminder");
    let again =
        waiting(NOW - DAY, NOW - DAY).with(|s| s.change(|r| r.state = State::Minting(Mint::Looking(Aim::Create))));
    let again = again.wake();
    assert_eq!((again.effect(), again.held().is_some()), (Some(&create()), true));
}

#[test]
fn a_person_is_reminded_and_told_when_it_is_late() {
    let early = waiting(NOW - HOUR, NOW - HOUR).answer(create(), person());
    assert!(!early.raises(AlertKind::Held) && early.waits_until(NOW - HOUR + DAY));
    let due = waiting(NOW - DAY, NOW - DAY).answer(create(), person());
    assert!(due.raises(AlertKind::Held) && !due.raises(AlertKind::PersonLate) && due.waits_until(NOW + DAY));
    let late = waiting(NOW - DAY * 3, NOW - HOUR).answer(create(), person());
    assert!(late.raises(AlertKind::PersonLate) && !late.raises(AlertKind::Held));
    assert!(late.waits_until(NOW - HOUR + DAY), "reminders go on");
    assert_eq!(late.state(), State::Minting(Mint::Looking(Aim::Create)), "nothing ends by the deadline");
    let since = late.rotation.hold.as_ref().unwrap().since;
    assert_eq!(since, NOW - DAY * 3, "a reminder does not begin the hold anew");
}

#[test]
fn the_deadline_wakes_before_the_reminder_that_follows_it() {
    let after = waiting(NOW - DAY * 3 + HOUR, NOW - HOUR).answer(create(), person());
    assert!(after.waits_until(NOW + HOUR));
}

#[test]
fn a_key_that_was_handed_over_is_proven_like_any_other() {
    let after = waiting(NOW - DAY, NOW - DAY).answer(create(), done(Found::Created("key_2".into())));
    assert_eq!(after.effect(), Some(&Effect::Probe { credential: B }));
    assert!(matches!(after.state(), State::Proving { .. }) && after.held().is_none());
    let row = after.row(B).unwrap();
    assert_eq!((row.origin, row.far, row.stage), (Origin::Handed, Far::Active, Stage::Pending));
    assert_eq!((after.rotation.times.since, after.rotation.times.told), (Some(NOW), None));
}

#[test]
fn a_look_into_our_own_drawer_never_lands_late() {
    let after = waiting(NOW - HOUR, NOW - HOUR).recover(create());
    assert_eq!((after.effect(), after.rotation.times.landing), (Some(&create()), None));
    assert!(!after.raises(AlertKind::PossibleOrphan) && after.held().is_some());
}

#[test]
fn giving_up_looks_once_more_for_a_key_that_was_handed_over() {
    let waiting = waiting(NOW - HOUR, NOW - HOUR).with(|s| {
        s.change(|r| {
            (r.state, r.times.wake) = (State::Minting(Mint::Looking(Aim::Create)), Some(NOW + DAY));
        });
    });
    let after = waiting.ask(Request::Rollback).unwrap();
    assert_eq!((after.state(), after.effect()), (State::Minting(Mint::Emptying), Some(&create())));
    assert_eq!(after.held(), None);
    let emptying = minting(Mint::Emptying);
    assert_eq!(emptying.answer(create(), person()).state(), State::Ended(Outcome::RolledBack));
    let found = emptying.answer(create(), done(Found::Created("key_2".into())));
    assert_eq!((found.state(), found.effect()), (State::Revoking(Way::Back), Some(&Effect::Destroy { credential: B })));
    let row = found.row(B).unwrap();
    assert!(row.condemned && row.issued.is_some() && row.stage == Stage::Retired, "{row:?}");
    for answer in failures() {
        let after = emptying.answer(create(), answer.clone());
        assert!(matches!(after.state(), State::Minting(_)), "{answer:?}");
    }
    assert_eq!(emptying.recover(create()).state(), State::Minting(Mint::Emptying));
}

#[test]
fn a_condemned_key_is_tried_at_once_while_a_person_is_asked_to_delete_it() {
    let scene = by_hand(Scene::published(State::Revoking(Way::Forward))).with(|scene| {
        scene.ledger.credentials[0].condemned = true;
    });
    let after = scene.answer(Effect::Destroy { credential: A }, person());
    assert_eq!((after.state(), after.effect()), (State::Confirming(Way::Forward, Look::Asked), Some(&EXAMINE)));
    assert_eq!(after.held(), Some(&HoldReason::AwaitsDeletion("words".to_owned())));
    assert!(after.raises(AlertKind::Held) && after.row(A).is_none_or(|row| row.far == Far::Active));
}

#[test]
fn a_key_that_still_works_waits_for_its_deletion_and_is_no_surprise_before_the_deadline() {
    for look in [Look::Asked, Look::First, Look::Second] {
        let after = confirming(look, NOW).answer(EXAMINE, left(Verdict::Accepted));
        assert_eq!(after.state(), State::Confirming(Way::Forward, Look::First));
        assert!(after.waits_until(NOW + MINUTE) && !after.raises(AlertKind::StillAccepted), "{look:?}");
    }
    let slow = confirming(Look::First, NOW - HOUR * 32).answer(EXAMINE, left(Verdict::Accepted));
    assert!(slow.waits_until(NOW + HOUR), "it is looked at ever more rarely");
    let late = confirming(Look::First, NOW - DAY * 3).answer(EXAMINE, left(Verdict::Accepted));
    assert!(late.raises(AlertKind::StillAccepted) && late.raises(AlertKind::PersonLate));
    assert!(matches!(late.held(), Some(HoldReason::AwaitsDeletion(_))));
}

#[test]
fn a_deleted_key_is_dead_when_it_is_refused_twice() {
    let first = confirming(Look::First, NOW - HOUR).answer(EXAMINE, left(Verdict::Refused));
    assert_eq!((first.state(), first.held()), (State::Confirming(Way::Forward, Look::Second), None));
    assert!(first.waits_until(NOW + MINUTE), "the propagation counts from the first refusal");
    let second = confirming(Look::Second, NOW - HOUR).answer(EXAMINE, left(Verdict::Refused));
    assert_eq!(second.state(), State::Ended(Outcome::Done));
    assert_eq!(second.row(A).unwrap().far, Far::Destroyed);
}

#[test]
fn a_key_that_was_refused_before_it_was_deleted_needs_a_word_too() {
    let scene = confirming(Look::Asked, NOW);
    let after = scene.answer(EXAMINE, left(Verdict::Refused));
    assert_eq!(after.state(), State::Confirming(Way::Forward, Look::Asked));
    assert!(matches!(after.held(), Some(HoldReason::AwaitsDeletion(_))));
    let said = scene.ask(Request::Resume).unwrap();
    assert_eq!((said.state(), said.effect()), (State::Confirming(Way::Forward, Look::First), Some(&EXAMINE)));
}

#[test]
fn a_word_is_not_believed_when_the_key_still_works() {
    let said = confirming(Look::First, NOW - HOUR).ask(Request::Resume).unwrap();
    assert_eq!((said.effect(), said.held()), (Some(&EXAMINE), None));
    let resumed = confirming(Look::First, NOW - HOUR).with(|scene| scene.change(|rotation| rotation.hold = None));
    let after = resumed.answer(EXAMINE, left(Verdict::Accepted));
    assert_eq!(
        (after.state(), after.effect()),
        (State::Revoking(Way::Forward), Some(&Effect::Destroy { credential: A }))
    );
}

#[test]
fn what_tells_nothing_leaves_the_errand_as_it_is() {
    for answer in failures().into_iter().chain([left(Verdict::Inconclusive)]) {
        for look in [Look::Asked, Look::First] {
            let after = confirming(look, NOW - HOUR).answer(EXAMINE, answer.clone());
            assert_eq!(after.state(), State::Confirming(Way::Forward, look), "{answer:?}");
            assert!(matches!(after.held(), Some(HoldReason::AwaitsDeletion(_))) && after.transition.look.is_some());
        }
    }
}

#[test]
fn where_keys_are_not_made_by_hand_any_more_the_key_is_destroyed() {
    let scene = confirming(Look::First, NOW - HOUR).with(|scene| scene.sheet.chooser = Chooser::Issuer);
    assert_eq!(scene.answer(EXAMINE, left(Verdict::Accepted)).state(), State::Revoking(Way::Forward));
}

#[test]
fn the_new_key_is_deleted_by_a_person_too_when_it_goes_back() {
    let scene = by_hand(Scene::published(State::Revoking(Way::Back)));
    let after = scene.answer(Effect::Destroy { credential: B }, person());
    assert_eq!(after.state(), State::Confirming(Way::Back, Look::Asked));
    assert_eq!(after.effect(), Some(&Effect::Examine { credential: B }));
    assert_eq!(scene.ask(Request::Rollback).unwrap_err(), Refused::TooLate);
}

#[test]
fn an_errand_is_explained_with_its_deadline_and_the_command_that_tells_of_it() {
    let scene = waiting(NOW - HOUR, NOW - HOUR);
    let told = explain(&scene.facts());
    assert!(told.sentence.contains("a person has to make the new key"), "{told:?}");
    assert!(told.waits[0].contains("words") && told.waits[1].contains("in 2d 23h"), "{told:?}");
    assert_eq!(told.can[0].command, "keybaton adopt payments/prod --id ID");
    let what = errand(&scene.rotation(), &scene.facts()).unwrap();
    assert_eq!((what.task, what.late, what.what.as_str()), (Task::MakeKey, false, "words"));

    let scene = confirming(Look::First, NOW - DAY * 4);
    let told = explain(&scene.facts());
    assert!(told.safe.contains("works until a person deletes it"), "{told:?}");
    assert!(told.waits[1].contains("the deadline was 1d ago"), "{told:?}");
    assert_eq!(told.can[0].command, "keybaton resume payments/prod");
    assert!(errand(&scene.rotation(), &scene.facts()).is_some_and(|what| what.late && what.task == Task::DeleteKey));
}

#[test]
fn a_plan_names_what_a_person_does_first() {
    let scene = by_hand(Scene::idle());
    let plan = plan(&scene.facts(), Cause::Leaked, None);
    let asked: Vec<_> = plan.steps.iter().filter(|step| step.asks == Asked::Person).collect();
    assert_eq!(asked.len(), 2, "{:?}", plan.steps);
    assert!(plan.risks[0].what.contains("make the new key") && plan.risks[0].so.contains("leaked key works until"));
    assert!(plan.risks[1].what.contains("delete the old key (key_1)"));
    assert!(plan.point_of_no_return.ends_with("a person deletes it only then"), "{}", plan.point_of_no_return);
}

#[test]
fn a_key_that_a_person_made_is_evidenced_at_best() {
    let handed = by_hand(Scene::idle()).with(|scene| scene.ledger.credentials[0].origin = Origin::Handed);
    let plan = plan(&handed.facts(), Cause::Asked, None);
    assert!(plan.grade <= Some(Grade::Evidenced), "{:?}", plan.grade);
    assert!(plan.risks.iter().any(|risk| risk.what.contains("was made by a person")));
    assert_eq!(credential(B, Stage::Pending).origin, Origin::Minted);
}
