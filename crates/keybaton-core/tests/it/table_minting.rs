//! Minting: what each answer leads to while B is made.

use keybaton_core::answer::{Blame, Found, Listed};
use keybaton_core::ledger::{AlertKind, Far, Origin, Stage};
use keybaton_core::policy::Until;
use keybaton_core::rotation::{Aim, Cause, Effect, Event, HoldReason, Mint, Refused, Request, State};
use keybaton_core::sheet::{Ability, Chooser};
use keybaton_types::{IssuedId, Label, OpSeq, Outcome};

use crate::scene::{A, B, NOW, Scene, done, failures, not_sent, refused, unknown};

const OURS: &str = "kb1-a1b2c3-payments-prod-7";

fn minting(mint: Mint) -> Scene {
    Scene::minted(State::Minting(mint)).with(|scene| {
        scene.ledger.credentials.pop();
        scene.change(|rotation| {
            rotation.new = None;
            rotation.times.since = None;
        });
    })
}

fn looking() -> Scene {
    minting(Mint::Looking(Aim::Create))
}

fn create() -> Effect {
    Effect::Create { label: Label(OURS.to_owned()), credential: B }
}

fn entry(id: &str, label: Option<&str>) -> Listed {
    let label = label.map(ToOwned::to_owned);
    Listed { id: IssuedId::from(id), label, enabled: Some(true), created: None, last_used: None, creator: None }
}

fn listed(entries: &[(&str, Option<&str>)]) -> Found {
    Found::Listed(entries.iter().map(|(id, label)| entry(id, *label)).collect())
}

#[test]
fn it_begins_with_the_list_where_there_is_one() {
    assert_eq!(looking().tried(Event::Started).unwrap().effect(), Some(&Effect::List));
    let blind = looking().with(|scene| scene.sheet.listing = Ability::Lacks);
    assert!(matches!(blind.tried(Event::Started).unwrap().effect(), Some(Effect::Create { .. })));
}

#[test]
fn it_does_not_begin_when_nobody_is_known_to_use_the_secret() {
    let nobody = looking().with(|scene| scene.policy.consumers.clear());
    assert_eq!(nobody.tried(Event::Started).unwrap_err(), Refused::NoConsumers);
    let by_time = nobody.clone().with(|scene| scene.policy.overlap.until = Until::Time);
    assert!(by_time.tried(Event::Started).is_ok());
    let leaked = nobody.clone().with(|scene| scene.change(|rotation| rotation.cause = Cause::Leaked));
    assert!(leaked.tried(Event::Started).is_ok());
    let first = nobody.clone().with(|scene| scene.change(|rotation| rotation.old = None));
    assert!(first.tried(Event::Started).is_ok());
    let seen = nobody.with(|scene| scene.saw("web", "1", A, keybaton_core::ledger::Seen::Fetched, NOW));
    assert!(seen.tried(Event::Started).is_ok());
}

#[test]
fn a_list_with_room_leads_to_a_create_under_a_new_label() {
    let after = looking().answer(Effect::List, done(listed(&[("key_1", None)])));
    let label = Label("kb1-a1b2c3-payments-prod-10".to_owned());
    assert_eq!(after.effect(), Some(&Effect::Create { label, credential: B }));
    assert_eq!(after.state(), State::Minting(Mint::Creating));
    assert_eq!(after.row(B), None, "a value that the issuer chooses has no row before it is there");
}

#[test]
fn a_full_issuer_holds_and_nothing_is_deleted() {
    let after = looking().answer(Effect::List, done(listed(&[("key_1", None), ("other", None)])));
    assert_eq!(after.held(), Some(&HoldReason::SlotsFull(vec!["key_1".into(), "other".into()])));
    assert!(after.effect().is_none() && after.raises(AlertKind::Held));
    let after = minting(Mint::Creating).answer(create(), refused(Blame::Full));
    assert!(matches!(after.held(), Some(HoldReason::SlotsFull(_))));
}

#[test]
fn an_orphan_of_ours_is_swept_before_anything_is_made() {
    let after = looking().answer(Effect::List, done(listed(&[("key_1", None), ("lost", Some(OURS))])));
    assert_eq!(after.effect(), Some(&Effect::Sweep { id: "lost".into() }));
    let swept = minting(Mint::Sweeping(Aim::Create)).answer(Effect::Sweep { id: "lost".into() }, done(Found::Nothing));
    assert_eq!(swept.effect(), Some(&Effect::List), "it is looked for again");
}

#[test]
fn a_key_that_the_ledger_knows_is_no_orphan() {
    let after = looking().answer(Effect::List, done(listed(&[("key_1", Some(OURS))])));
    assert!(matches!(after.effect(), Some(Effect::Create { .. })), "{after:?}");
}

#[test]
fn a_label_of_another_secret_is_left_alone() {
    let other = Some("kb1-a1b2c3-payments-staging-7");
    let scene = looking().with(|scene| scene.sheet.max_credentials = None);
    let after = scene.answer(Effect::List, done(listed(&[("theirs", other)])));
    assert!(matches!(after.effect(), Some(Effect::Create { .. })), "{after:?}");
}

#[test]
fn another_installation_at_work_on_the_same_secret_holds_for_a_person() {
    let after = looking().answer(Effect::List, done(listed(&[("theirs", Some("kb1-zzzzzz-payments-prod-7"))])));
    assert_eq!(after.held(), Some(&HoldReason::ForeignInstallation("zzzzzz".to_owned())));
}

#[test]
fn a_list_that_fails_is_tried_again_later() {
    for answer in failures().into_iter().chain([done(Found::Nothing)]) {
        let after = looking().answer(Effect::List, answer.clone());
        assert!(after.waits_until(NOW + std::time::Duration::from_secs(1)), "{answer:?}");
        assert_eq!((after.state(), after.rotation.tries), (State::Minting(Mint::Looking(Aim::Create)), 1));
    }
}

#[test]
fn a_list_that_fails_for_long_holds_and_goes_on_trying() {
    let tired = looking().with(|scene| scene.change(|rotation| rotation.tries = 3));
    let after = tired.answer(Effect::List, not_sent());
    assert!(matches!(after.held(), Some(HoldReason::Unreachable(_))) && after.transition.look.is_some());
    for blame in [Blame::OurCredential, Blame::Rejected, Blame::Unsupported] {
        let after = looking().answer(Effect::List, refused(blame));
        assert!(matches!(after.held(), Some(HoldReason::Rejected(_))), "{blame:?} is hopeless at once");
    }
}

#[test]
fn a_created_key_gets_its_row_and_is_tried() {
    let after = minting(Mint::Creating).answer(create(), done(Found::Created("key_2".into())));
    assert_eq!(after.effect(), Some(&Effect::Probe { credential: B }));
    assert_eq!((after.state(), after.rotation.new), (State::Proving { passes: 0, refusals: 0 }, Some(B)));
    let row = after.row(B).unwrap();
    assert_eq!(row.issued, Some("key_2".into()));
    assert_eq!((row.origin, row.stage, row.far), (Origin::Minted, Stage::Pending, Far::Active));
}

#[test]
fn a_create_that_certainly_did_not_happen_is_tried_again_from_the_list() {
    for answer in [not_sent(), refused(Blame::Transient)] {
        let after = minting(Mint::Creating).answer(create(), answer);
        assert_eq!(after.state(), State::Minting(Mint::Looking(Aim::Create)));
        assert_eq!((after.effect(), after.rotation.times.landing), (None, None));
    }
}

#[test]
fn a_lost_create_is_looked_for_and_never_repeated_blindly() {
    let scene = minting(Mint::Creating);
    for after in
        [scene.answer(create(), unknown()), scene.recover(create()), scene.answer(create(), done(Found::Nothing))]
    {
        assert_eq!(after.effect(), Some(&Effect::List));
        assert_eq!(after.rotation.times.landing, Some(scene.lands()));
    }
}

#[test]
fn a_lost_create_that_does_not_show_is_waited_for() {
    let scene = looking();
    let at = scene.lands();
    let lost = scene.with(|scene| scene.change(|rotation| rotation.times.landing = Some(at)));
    let after = lost.answer(Effect::List, done(listed(&[("key_1", None)])));
    assert!(after.waits_until(at), "{after:?}");
    let later = lost.with(|scene| scene.now = at);
    let after = later.answer(Effect::List, done(listed(&[("key_1", None)])));
    assert!(matches!(after.effect(), Some(Effect::Create { .. })));
    assert_eq!(after.rotation.times.landing, None);
}

#[test]
fn a_lost_create_without_a_list_is_waited_for_and_named() {
    let scene = minting(Mint::Creating).with(|scene| scene.sheet.listing = Ability::Lacks);
    let after = scene.answer(create(), unknown());
    assert!(after.waits_until(scene.lands()), "{after:?}");
    let at = scene.lands();
    let later = minting(Mint::Looking(Aim::Create)).with(|scene| {
        scene.sheet.listing = Ability::Lacks;
        scene.now = at;
        scene.change(|rotation| rotation.times.landing = Some(at));
    });
    let after = later.wake();
    assert!(after.raises(AlertKind::PossibleOrphan) && matches!(after.effect(), Some(Effect::Create { .. })));
}

#[test]
fn a_value_that_we_choose_is_sealed_first_and_repeated_safely() {
    let drawn = looking().with(|scene| scene.sheet.chooser = Chooser::Us);
    let after = drawn.answer(Effect::List, done(listed(&[("key_1", None)])));
    let row = after.row(B).unwrap().clone();
    assert_eq!((row.far, row.issued.clone(), after.rotation.new), (Far::Unborn, None, Some(B)));
    let again = drawn.with(|scene| {
        scene.ledger.credentials.push(row.clone());
        scene.change(|rotation| rotation.new = Some(B));
    });
    let after = again.answer(Effect::List, done(listed(&[("key_1", None)])));
    let label = row.label.unwrap();
    let create = Effect::Create { label: label.clone(), credential: B };
    assert_eq!(after.effect(), Some(&create), "the same value, the same label");
    let after = again.answer(Effect::List, done(listed(&[("key_1", None), ("made", Some(&label.0))])));
    assert_eq!(after.effect(), Some(&create), "what is made already needs no room");
}

#[test]
fn giving_up_looks_for_what_is_left_over_and_ends_rolled_back() {
    let after = looking().ask(Request::Rollback).unwrap();
    assert_eq!((after.state(), after.effect()), (State::Minting(Mint::Looking(Aim::Leave)), Some(&Effect::List)));
    let leaving = minting(Mint::Looking(Aim::Leave));
    let after = leaving.answer(Effect::List, done(listed(&[("key_1", None), ("lost", Some(OURS))])));
    assert_eq!(after.effect(), Some(&Effect::Sweep { id: "lost".into() }));
    let after = leaving.answer(Effect::List, done(listed(&[("key_1", None), ("other", None)])));
    assert_eq!(after.state(), State::Ended(Outcome::RolledBack), "a full issuer does not matter any more");
}

#[test]
fn there_is_no_overlap_to_end_yet() {
    assert_eq!(looking().ask(Request::Force).unwrap_err(), Refused::NothingToForce);
}

#[test]
fn a_sweep_that_fails_is_tried_again_from_the_list() {
    let sweep = Effect::Sweep { id: "lost".into() };
    for answer in failures() {
        let after = minting(Mint::Sweeping(Aim::Create)).answer(sweep.clone(), answer.clone());
        assert!(after.effect().is_none() && after.transition.look.is_some(), "{answer:?}");
        let scene = Scene { now: after.transition.look.unwrap(), ..minting(Mint::Sweeping(Aim::Create)) };
        assert_eq!(scene.wake().effect(), Some(&Effect::List));
    }
}

#[test]
fn an_answer_to_an_older_operation_is_refused() {
    let answer = done(Found::Nothing);
    let event = Event::Answered { seq: OpSeq(8), answer };
    assert_eq!(looking().tried(event).unwrap_err(), Refused::StaleAnswer);
}
