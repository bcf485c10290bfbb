//! Before and after each commit of a rotation: the points are found by counting until one is never reached.

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use keybaton_store::HookPoint;
use rustix::process::Signal;
use tokio::task::JoinSet;

use super::child::Death;
use crate::stage::{Bench, OLD_ID, OLD_VALUE, SECRET, expire_leases};

/// So many points are tried at once; most of the time they wait for a lease to run out.
const WAVE: u64 = 6;

const TERMS: &str = "overlap = { min = \"400ms\", until = \"time\" }\nwatch = { for = \"400ms\", every = \"400ms\" }";

/// How the world lets a rotation end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum World {
    Kind,
    /// A new key is never accepted.
    Stubborn,
}

/// Kills a rotation at one point, lets the shipped binary go on, and looks at what is left. Says whether the point was
/// reached.
async fn killed_at(death: Death, world: World) -> bool {
    let bench = Bench::with(TERMS).await;
    if world == World::Stubborn {
        bench.service.state().set_propagation(Duration::from_hours(1));
    }
    let output = death.strike(&bench.keybaton).await;
    let killed = output.status.signal() == Some(Signal::ABORT.as_raw());
    assert!(killed || output.status.success(), "{death:?}: {}", String::from_utf8_lossy(&output.stdout));
    expire_leases(&bench.keybaton).await;
    let mut code = 0;
    while bench.book().await.is_busy() {
        let ended = bench.run(&format!("rotate {SECRET} --wait")).await;
        code = ended.code().unwrap_or(-1);
        assert!(matches!(code, 0 | 4), "{death:?}\n{}", ended.transcript());
    }
    bench.assert_whole().await;
    assert_eq!(bench.book().await.rotations(), 1, "{death:?}: exit {code}");
    let back = world == World::Stubborn;
    assert_eq!(bench.service.lets_in(OLD_VALUE).await, back, "{death:?}");
    assert_eq!(bench.service.live() == [OLD_ID], back, "{death:?}");
    killed
}

/// Every commit until one is never reached; says how many there were.
async fn every_commit(world: World) -> u64 {
    let mut first = 1;
    loop {
        let mut wave = JoinSet::new();
        for commit in first..first + WAVE {
            for point in [HookPoint::Before, HookPoint::After] {
                wave.spawn(async move { (commit, killed_at(Death { point, commit }, world).await) });
            }
        }
        let mut points = wave.join_all().await;
        points.sort_unstable();
        // two cells for each commit that there is
        for (commit, _) in points.iter().step_by(2).filter(|(_, killed)| *killed) {
            eprintln!("{world:?} world, commit {commit:2}: killed before: whole | killed after: whole");
        }
        if let Some(end) = points.iter().filter(|(_, killed)| !killed).map(|(commit, _)| *commit).min() {
            return end - 1;
        }
        first += WAVE;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_that_is_killed_around_any_commit_ends_whole() {
    let commits = every_commit(World::Kind).await;
    eprintln!("a rotation was killed before and after each of its {commits} commits");
    assert!((8..=14).contains(&commits), "{commits} commits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_that_rolls_back_and_is_killed_around_any_commit_ends_whole() {
    let commits = every_commit(World::Stubborn).await;
    eprintln!("a rotation that rolls back was killed before and after each of its {commits} commits");
    assert!(commits >= 4, "{commits} commits");
}
