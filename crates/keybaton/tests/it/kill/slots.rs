//! Before and after each commit of a rotation at an issuer whose keys take each other's place: making one is destroying one.

use std::os::unix::process::ExitStatusExt;

use keybaton_store::HookPoint;
use rustix::process::Signal;
use tokio::task::JoinSet;

use super::child::Death;
use crate::stage::{Book, expire_leases};
use crate::storage::{Rig, SECRET};

/// So many points are tried at once; most of the time they wait.
const WAVE: u64 = 6;

const TERMS: &str = "watch = { for = \"400ms\", every = \"400ms\" }\noverlap = { min = \"400ms\", until = \"time\" }";

/// Kills a rotation at one point, lets the shipped binary go on, and looks at what is left. Says whether the point was
/// reached.
async fn killed_at(death: Death) -> bool {
    let rig = Rig::adopted(TERMS).await;
    let output = death.strike(&rig.keybaton).await;
    let killed = output.status.signal() == Some(Signal::ABORT.as_raw());
    assert!(killed || output.status.success(), "{death:?}: {}", String::from_utf8_lossy(&output.stdout));
    expire_leases(&rig.keybaton).await;
    while Book::read(&rig.keybaton, SECRET).await.is_busy() {
        rig.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    }
    rig.assert_rotated("key2").await;
    assert_eq!(Book::read(&rig.keybaton, SECRET).await.rotations(), 1, "{death:?}");
    killed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_between_two_slots_that_is_killed_around_any_commit_ends_whole() {
    let mut first = 1;
    loop {
        let mut wave = JoinSet::new();
        for commit in first..first + WAVE {
            for point in [HookPoint::Before, HookPoint::After] {
                wave.spawn(async move { (commit, killed_at(Death { point, commit }).await) });
            }
        }
        let points = wave.join_all().await;
        if let Some(end) = points.iter().filter(|(_, killed)| !killed).map(|(commit, _)| *commit).min() {
            eprintln!("a rotation was killed before and after each of its {} commits", end - 1);
            assert!((9..=15).contains(&end), "{end}");
            return;
        }
        first += WAVE;
    }
}
