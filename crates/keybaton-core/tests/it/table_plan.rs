//! Plans: the verdict is what the machine answers, the steps follow the sheet, and each risk shows when it is there.

use std::time::Duration;

use keybaton_core::answer::Listed;
use keybaton_core::facts::Presence;
use keybaton_core::ledger::{Ended, Origin, Seen, Stage};
use keybaton_core::plan::{Asked, Plan, Verdict, plan};
use keybaton_core::policy::{Consumer, Evidence, OnStraggler, Rollback, Until};
use keybaton_core::rotation::{Cause, HoldReason, Refused, State, Way};
use keybaton_core::sheet::{Ability, Addressing, Chooser, Fencing};
use keybaton_types::{Grade, Outcome, Phase, RotationId};

use crate::scene::{A, B, HOUR, MINUTE, NOW, Scene};

fn planned(scene: &Scene) -> Plan {
    plan(&scene.facts(), Cause::Asked, None)
}

fn verdict(scene: &Scene, entries: &[(&str, Option<&str>)]) -> Verdict {
    let entry = |&(id, label): &(&str, Option<&str>)| Listed {
        id: id.into(),
        label: label.map(ToOwned::to_owned),
        enabled: None,
        created: None,
        last_used: None,
        creator: None,
    };
    let listing: Vec<_> = entries.iter().map(entry).collect();
    plan(&scene.facts(), Cause::Asked, Some(&listing)).verdict
}

fn consumer(evidence: Evidence) -> Vec<Consumer> {
    vec![Consumer { name: "report".to_owned(), evidence }]
}

fn phases(scene: &Scene) -> Vec<Phase> {
    let mut phases: Vec<_> = planned(scene).steps.into_iter().map(|step| step.phase).collect();
    phases.dedup();
    phases
}

#[test]
fn the_verdict_is_what_the_machine_answers() {
    assert_eq!(planned(&Scene::idle()).verdict, Verdict::CanStart);
    let nobody = Scene::idle().with(|scene| scene.policy.consumers.clear());
    assert_eq!(planned(&nobody).verdict, Verdict::Refused(Refused::NoConsumers));
    let restored = Scene::idle().with(|scene| scene.ledger.restored = true);
    assert_eq!(planned(&restored).verdict, Verdict::Refused(Refused::Restored));
    let active = Scene::published(State::Draining(Way::Forward));
    assert_eq!(planned(&active).verdict, Verdict::Active(RotationId(1)));
}

#[test]
fn a_fresh_list_shows_whether_there_is_room() {
    let full = HoldReason::SlotsFull(vec!["key_1".into(), "other".into()]);
    assert_eq!(verdict(&Scene::idle(), &[("key_1", None)]), Verdict::CanStart);
    assert_eq!(verdict(&Scene::idle(), &[("key_1", None), ("other", None)]), Verdict::WouldHold(full));
}

#[test]
fn an_orphan_of_ours_takes_no_room() {
    let ours = |seq: u32| format!("kb1-a1b2c3-payments-prod-{seq}");
    let (first, second) = (ours(1), ours(2));
    let entries = [("key_1", None), ("lost", Some(&*first)), ("gone", Some(&*second))];
    assert_eq!(verdict(&Scene::idle(), &entries), Verdict::CanStart);
}

#[test]
fn another_installation_would_hold() {
    let entries = [("key_1", None), ("theirs", Some("kb1-zzzzzz-payments-prod-7"))];
    let held = HoldReason::ForeignInstallation("zzzzzz".to_owned());
    assert_eq!(verdict(&Scene::idle(), &entries), Verdict::WouldHold(held));
}

#[test]
fn a_plan_changes_nothing() {
    let scene = Scene::idle();
    let _ = verdict(&scene, &[("key_1", None)]);
    assert_eq!(scene.ledger, Scene::idle().ledger);
}

#[test]
fn the_steps_follow_the_sheet() {
    let start = [Phase::Minting, Phase::Proving, Phase::Publishing, Phase::Draining];
    let gentle = [Phase::Disabling, Phase::Watching];
    let end = [Phase::Revoking, Phase::Confirming];
    assert_eq!(phases(&Scene::idle()), [&start[..], &gentle, &end].concat());
    let blunt = Scene::idle().with(|scene| scene.sheet.switching = Ability::Lacks);
    assert_eq!(phases(&blunt), [&start[..], &end].concat());
    assert_eq!(phases(&Scene::empty()), start);
    let vault = |scene: &Scene| planned(scene).steps.iter().filter(|step| step.asks == Asked::Vault).count();
    assert_eq!(vault(&Scene::idle()), 1);
    assert_eq!(vault(&Scene::idle().with(|scene| scene.sheet.vault = Fencing::Unfenced)), 2);
}

#[test]
fn the_point_of_no_return_is_named() {
    assert_eq!(
        planned(&Scene::idle()).point_of_no_return,
        "when the old key (key_1) is condemned, after it was switched off and watched: at the earliest 1h 31m after the \
         start, and only when the gate is open"
    );
    let leaked = plan(&Scene::idle().facts(), Cause::Leaked, None).point_of_no_return;
    assert!(leaked.contains("at the latest 1m after the new one is published"), "{leaked}");
    assert!(planned(&Scene::empty()).point_of_no_return.starts_with("none"));
}

#[test]
fn the_grade_is_the_best_that_can_be_reached() {
    let blunt = |evidence| {
        Scene::idle().with(|scene| {
            scene.sheet.switching = Ability::Lacks;
            scene.policy.consumers = consumer(evidence);
        })
    };
    for (evidence, grade) in [
        (Evidence::Agent { instances: 1 }, Grade::Proved),
        (Evidence::Ack, Grade::Evidenced),
        (Evidence::Session { quiet: HOUR }, Grade::Evidenced),
        (Evidence::LastUsed { quiet: HOUR }, Grade::Evidenced),
        (Evidence::Manual, Grade::Assumed),
    ] {
        assert_eq!(planned(&blunt(evidence)).grade, Some(grade), "{evidence:?}");
    }
    assert_eq!(planned(&Scene::empty()).grade, None);
}

/// A change of the calm setting, and a word of the risk that it brings.
type Danger = (&'static str, fn(&mut Scene));

const DANGERS: [Danger; 22] = [
    ("room for one more", |scene| scene.sheet.max_credentials = Some(2)),
    ("allows 1", |scene| scene.sheet.max_credentials = Some(1)),
    ("cannot list", |scene| scene.sheet.listing = Ability::Lacks),
    ("cannot switch", |scene| scene.sheet.switching = Ability::Lacks),
    ("last write win", |scene| scene.sheet.vault = Fencing::Unfenced),
    ("known everywhere", |scene| scene.sheet.propagation = Duration::from_mins(10)),
    ("one key after another", |scene| scene.sheet.addressing = Addressing::Again),
    ("tells none", |scene| scene.policy.consumers.extend(consumer(Evidence::LastUsed { quiet: HOUR }))),
    ("up to 15m late", |scene| {
        scene.policy.consumers.extend(consumer(Evidence::LastUsed { quiet: HOUR }));
        scene.sheet.last_used_lag = Some(MINUTE * 15);
    }),
    ("shows none", |scene| scene.policy.consumers.extend(consumer(Evidence::Session { quiet: HOUR }))),
    ("was adopted", |scene| scene.ledger.credentials[0].origin = Origin::Adopted),
    ("shown to a person", |scene| scene.saw("ann", "reveal", A, Seen::Revealed, NOW)),
    ("alive too", |scene| {
        let stray = crate::scene::credential(B, Stage::Retired);
        scene.ledger.credentials.push(stray);
    }),
    ("rolled back", |scene| {
        let outcome = Outcome::RolledBack;
        scene.ledger.last =
            Some(Ended { id: RotationId(1), outcome, at: NOW - HOUR, grade: None, from: None, to: None });
    }),
    ("ends by time", |scene| scene.policy.overlap.until = Until::Time),
    ("dies in any case", |scene| scene.policy.overlap.on_straggler = OnStraggler::Revoke),
    ("takes the new key back", |scene| scene.policy.overlap.on_straggler = OnStraggler::Rollback),
    ("does not go back by itself", |scene| scene.policy.rollback = Rollback::Ask),
    ("and max_age is", |scene| scene.policy.max_age = Some(HOUR)),
    ("only a person can say", |scene| scene.policy.consumers.extend(consumer(Evidence::Manual))),
    ("no engine stays", |scene| scene.presence = Presence::Passes),
    ("does not know", |scene| {
        scene.saw("cron", "x", A, Seen::Used, NOW);
        scene.sightings[0].credential = None;
    }),
];

fn risks(scene: &Scene) -> Vec<String> {
    planned(scene).risks.into_iter().map(|risk| risk.what).collect()
}

fn calm() -> Scene {
    Scene::idle().with(|scene| scene.sheet.max_credentials = None)
}

#[test]
fn each_risk_shows_when_it_is_there_and_only_then() {
    let before = risks(&calm());
    assert_eq!(before, ["a rollback publishes the old key again and drains the new one"]);
    for (word, danger) in DANGERS {
        let new: Vec<_> = risks(&calm().with(danger)).into_iter().filter(|what| !before.contains(what)).collect();
        assert!(matches!(&new[..], [what] if what.contains(word)), "{word}: {new:?}");
    }
}

#[test]
fn a_value_that_we_choose_is_not_lost_with_a_create() {
    let ours = calm().with(|scene| {
        scene.sheet.listing = Ability::Lacks;
        scene.sheet.chooser = Chooser::Us;
    });
    assert_eq!(risks(&ours), risks(&calm()));
}

#[test]
fn nobody_known_and_nobody_reporting_are_named() {
    let nobody = calm().with(|scene| scene.policy.consumers.clear());
    let what = risks(&nobody).join("\n");
    assert!(what.contains("no consumer is declared") && what.contains("only the probe watches"), "{what}");
}

#[test]
fn an_emergency_names_what_it_costs() {
    let risks = plan(&calm().facts(), Cause::Leaked, None).risks;
    assert_eq!(risks[0].what, "an emergency gives consumers 1m to move");
}
