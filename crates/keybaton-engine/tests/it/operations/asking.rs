//! Asking, driving in the foreground, and one pass over all due work.

use std::time::Duration;

use keybaton_core::{
    policy::Policy,
    rotation::{Cause, Request, State},
};
use keybaton_ports::{FailureKind, Operations, Store, Wanted};
use keybaton_testkit::fault::Faults;
use keybaton_types::{Phase, document::Result as How};

use super::local;
use crate::world::{Crew, Setting, World, policy};

const ROTATE: Wanted = Wanted::Rotate(Cause::Asked);

async fn adopted(setting: Setting) -> World {
    let mut world = World::adopted(setting, Faults::none(), None).await;
    world.work().await;
    world
}

#[tokio::test]
async fn a_rotation_that_could_never_end_is_refused_before_anything_is_made() {
    let policy = Policy { consumers: Vec::new(), ..policy() };
    let mut world = World::adopted(Setting { policy, ..Setting::default() }, Faults::none(), None).await;
    world.crew = Crew::default();
    let failure = local(&world).ask(&world.secret, ROTATE, "ann").await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Usage);
    assert!(failure.hint.is_some_and(|hint| hint.contains("consumers")));
    assert!(world.snapshot().await.asks.is_empty());
}

#[tokio::test]
async fn what_the_machine_would_refuse_is_not_recorded() {
    let world = adopted(Setting::default()).await;
    let local = local(&world);
    for request in [Request::Rollback, Request::Force, Request::Resume] {
        let failure = local.ask(&world.secret, Wanted::Of(request), "ann").await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::No, "{request:?}");
    }
    let unknown = "nobody/prod".parse().unwrap();
    assert_eq!(local.ask(&unknown, ROTATE, "ann").await.unwrap_err().kind, FailureKind::Usage);
    assert!(world.snapshot().await.asks.is_empty());
}

#[tokio::test]
async fn a_command_drives_its_rotation_to_the_end() {
    let mut world = adopted(Setting::default()).await;
    let local = local(&world);
    let asked = local.ask(&world.secret, ROTATE, "ann").await.unwrap();
    assert_eq!(asked.driver, None);
    let mut phases = Vec::new();
    loop {
        let progress = local.advance(&world.secret, &asked.rotation).await.unwrap();
        phases.push(progress.rotation.phase);
        if progress.rotation.outcome == How::Done {
            assert_eq!((progress.rotation.from, progress.rotation.to), (Some(1), Some(2)));
            assert!(!progress.rotation.safe.is_empty());
            break;
        }
        assert!(phases.len() < 100, "{:?}", progress.rotation);
        world.time.advance(progress.next.unwrap_or(Duration::from_secs(10)).min(Duration::from_secs(30))).await;
        world.work().await;
    }
    phases.dedup();
    assert_eq!(phases, [Phase::Draining, Phase::Watching, Phase::Done]);
    local.detach().await;
    assert_eq!(world.snapshot().await.driver, None);
}

#[tokio::test]
async fn a_rotation_that_was_refused_meanwhile_is_said_to_be_so() {
    let world = adopted(Setting::default()).await;
    let failure = local(&world).advance(&world.secret, "payments-prod-9").await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::No);
}

#[tokio::test]
async fn a_detached_rotation_is_driven_by_the_next_command_at_once() {
    let world = adopted(Setting::default()).await;
    let (first, second) = (local(&world), world.local());
    let asked = first.ask(&world.secret, ROTATE, "ann").await.unwrap();
    let progress = first.advance(&world.secret, &asked.rotation).await.unwrap();
    assert_eq!((progress.rotation.phase, progress.rotation.driver), (Phase::Draining, None));
    let looking_on = second.advance(&world.secret, &asked.rotation).await.unwrap();
    assert_eq!(looking_on.rotation.driver.as_deref(), Some("shell-2"));
    first.detach().await;
    assert_eq!(second.advance(&world.secret, &asked.rotation).await.unwrap().rotation.driver, None);
    second.detach().await;
}

#[tokio::test]
async fn a_tick_stays_for_the_watch_that_it_began_and_for_nothing_else() {
    let mut world = adopted(Setting::default()).await;
    let local = local(&world);
    assert!(local.tick().await.unwrap().secrets.is_empty());
    world.ask(ROTATE).await;
    for _ in 0..4 {
        let ticked = local.tick().await.unwrap();
        assert_eq!(ticked.secrets.first().map(|row| row.phase), Some(Some(Phase::Draining)));
        assert_eq!(world.snapshot().await.driver, None, "the lease is given up");
        world.time.advance(Duration::from_secs(30)).await;
        world.work().await;
    }
    let (time, memory, secret) = (world.time.clone(), world.memory.clone(), world.secret.clone());
    let clock = tokio::spawn(async move {
        let mut off = 0;
        loop {
            let rotation = memory.read(&secret).await.unwrap().unwrap().ledger.rotation;
            off += u32::from(rotation.is_some_and(|rotation| rotation.state == State::Watching));
            if off > 0 {
                time.advance(Duration::from_millis(250)).await;
            }
            tokio::task::yield_now().await;
        }
    });
    let mut phase = Phase::Draining;
    for _ in 0..5 {
        let ticked = local.tick().await.unwrap();
        phase = ticked.secrets.first().unwrap().phase.unwrap();
        if phase == Phase::Done {
            break;
        }
        world.time.advance(Duration::from_secs(30)).await;
    }
    clock.abort();
    assert_eq!(phase, Phase::Done);
}
