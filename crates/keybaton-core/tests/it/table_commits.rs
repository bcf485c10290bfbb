//! A plain rotation from end to end, with nothing but good answers: how many commits it takes, and how it ends.

#![expect(clippy::unwrap_used, reason = "a test that is written wrongly may stop here")]

use std::time::Duration;

use keybaton_core::answer::{Answer, Found, Life, Listed, Remains, Served, Verdict};
use keybaton_core::ledger::{Far, Seen};
use keybaton_core::plan::plan;
use keybaton_core::rotation::{Cause, Effect, Event, Rotation, State, step};
use keybaton_core::sheet::{Ability, Fencing};
use keybaton_core::watch::{Observation, Watch};
use keybaton_types::{Grade, IssuedId, Moment, Outcome, RotationId};

use crate::scene::{A, After, B, HOUR, MINUTE, NOW, Scene};

const SECOND: Duration = Duration::from_secs(1);

/// How a rotation went.
struct Run {
    commits: usize,
    effects: Vec<&'static str>,
    grade: Option<Grade>,
    scene: Scene,
}

#[test]
fn a_plain_rotation_takes_fourteen_commits() {
    let run = run(Scene::idle(), Cause::Asked);
    assert_eq!(
        run.effects,
        ["list", "create", "probe", "probe", "publish", "disable", "destroy", "examine", "examine"]
    );
    assert!(run.commits <= 14, "{} commits: {:?}", run.commits, run.effects);
    let last = run.scene.ledger.last.as_ref().unwrap();
    assert_eq!(last.outcome, Outcome::Done);
    let far: Vec<_> = run.scene.ledger.credentials.iter().map(|c| (c.no, c.far, c.condemned)).collect();
    assert_eq!(far, [(A, Far::Destroyed, true), (B, Far::Active, false)]);
    assert!(run.scene.ledger.alerts.is_empty(), "{:?}", run.scene.ledger.alerts);
}

#[test]
fn a_first_rotation_revokes_nothing() {
    let run = run(Scene::empty(), Cause::Asked);
    assert_eq!(run.effects, ["list", "create", "probe", "probe", "publish"]);
    assert_eq!(run.scene.ledger.last.unwrap().outcome, Outcome::Done);
}

#[test]
fn an_emergency_is_not_switched_off_first() {
    let run = run(Scene::idle(), Cause::Leaked);
    assert!(!run.effects.contains(&"disable"), "{:?}", run.effects);
    assert_eq!(run.scene.ledger.last.unwrap().outcome, Outcome::Done);
}

#[test]
fn the_planned_grade_is_the_grade_of_a_rotation_without_trouble() {
    let lacking = |scene: &mut Scene| {
        scene.sheet.switching = Ability::Lacks;
        scene.sheet.vault = Fencing::Unfenced;
    };
    let revealed = |scene: &mut Scene| {
        lacking(scene);
        scene.saw("ann", "reveal", A, Seen::Revealed, NOW - HOUR);
    };
    let by_time = |scene: &mut Scene| {
        lacking(scene);
        scene.policy.overlap.until = keybaton_core::policy::Until::Time;
    };
    for scene in [
        Scene::idle(),
        Scene::idle().with(lacking),
        Scene::idle().with(revealed),
        Scene::idle().with(by_time),
        Scene::idle().with(|scene| scene.policy.overlap.until = keybaton_core::policy::Until::Time),
    ] {
        let planned = plan(&scene.facts(), Cause::Asked, None).grade;
        assert_eq!(run(scene.clone(), Cause::Asked).grade, planned, "{:?}", scene.policy.overlap.until);
    }
}

/// Drives a rotation to its end; every instance uses A before, and drops it right after the publish.
fn run(mut scene: Scene, cause: Cause) -> Run {
    let current = scene.ledger.current_credential().map(|c| c.no);
    for instance in ["1", "2"] {
        scene.sightings.extend(current.map(|no| seen(&scene, instance, no, Seen::Used)));
    }
    let rotation = Rotation::new(RotationId(1), current, scene.ledger.current, cause);
    let transition = step(rotation.clone(), &scene.facts(), Event::Started).unwrap();
    let mut run = Run { commits: 0, effects: Vec::new(), grade: None, scene };
    run.take(&After { rotation: transition.rotation.clone().unwrap_or(rotation), transition });
    while run.scene.ledger.rotation.is_some() {
        run.turn();
    }
    run
}

impl Run {
    fn take(&mut self, after: &After) {
        if !after.transition.is_idle() {
            self.commits += 1;
            self.scene.commit(after);
        }
        self.effects.extend(after.effect().map(Effect::word));
        self.grade = after.rotation.grade.or(self.grade);
        assert!(self.commits < 100 && after.held().is_none(), "it goes on for ever: {:?}", after.rotation);
    }

    fn turn(&mut self) {
        let rotation = self.scene.rotation();
        self.scene.now = self.scene.now + SECOND;
        let event = match rotation.pending {
            Some(pending) => Event::Answered { seq: pending.seq, answer: self.good(&pending.effect) },
            None => self.pass(&rotation),
        };
        let after = self.scene.tried(event).unwrap();
        self.take(&after);
    }

    /// A minute passes, and the world is looked at.
    fn pass(&mut self, rotation: &Rotation) -> Event {
        self.scene.now = self.scene.now + MINUTE;
        if self.scene.watch.no != rotation.watch {
            self.scene.watch = Watch::new(rotation.watch);
        }
        let published = matches!(rotation.state, State::Draining(_) | State::Watching);
        if let (true, Some(old)) = (published, rotation.old) {
            for instance in ["1", "2"] {
                self.scene.sightings.retain(|s| s.seen != Seen::Dropped || s.instance != instance);
                let dropped = seen(&self.scene, instance, old, Seen::Dropped);
                self.scene.sightings.push(dropped);
            }
        }
        let at = Moment { wall: self.scene.now, boot: self.scene.now.0, boot_id: 1 };
        let new = Some(Verdict::Accepted);
        self.scene.watch.note(&Observation { at, new, ..Observation::default() }, MINUTE);
        Event::Woke
    }

    fn good(&self, effect: &Effect) -> Answer {
        Answer::Done(match effect {
            Effect::List => Found::Listed(listed(&self.scene)),
            Effect::Create { credential, .. } => Found::Created(IssuedId(format!("key_{credential}"))),
            Effect::Probe { .. } => Found::Probed(Verdict::Accepted),
            Effect::ReadBack => Found::Served(Served::Ours(self.scene.ledger.versions.last().unwrap().no)),
            Effect::Examine { .. } => Found::Examined(Remains { listed: Some(Life::Gone), verdict: Verdict::Refused }),
            Effect::Sweep { .. }
            | Effect::Publish { .. }
            | Effect::Disable { .. }
            | Effect::Enable { .. }
            | Effect::Destroy { .. }
            | Effect::EndSessions { .. } => Found::Nothing,
        })
    }
}

fn listed(scene: &Scene) -> Vec<Listed> {
    let entry =
        |id: IssuedId| Listed { id, label: None, enabled: Some(true), created: None, last_used: None, creator: None };
    scene.ledger.live().filter_map(|c| c.issued.clone()).map(entry).collect()
}

fn seen(
    scene: &Scene,
    instance: &str,
    credential: keybaton_types::CredentialNo,
    seen: Seen,
) -> keybaton_core::ledger::Sighting {
    keybaton_core::ledger::Sighting {
        consumer: "web".to_owned(),
        instance: instance.to_owned(),
        credential: Some(credential),
        seen,
        last: scene.now,
        lease_until: None,
    }
}
