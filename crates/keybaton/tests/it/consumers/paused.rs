//! A machine that stands still in the middle of a rotation.

use rustix::process::Signal;

use super::crowd::{assert_unharmed, names};
use super::instance::Habit;
use super::site::Site;
use crate::stage::{OLD_VALUE, SECRET};

#[tokio::test]
async fn a_paused_instance_keeps_the_old_key_alive_until_its_lease_is_over_and_is_not_refused_afterwards() {
    let terms = "ttl = \"3s\"\nmax_stale = \"4s\"\n\
        consumers = [{ name = \"billing\", evidence = \"agent\", instances = 3 }]";
    let site = Site::open(terms).await;
    let crowd = site.recruiter();
    let steady = crowd.start(&names("steady", 2), Habit::Steady).await;
    let paused = crowd.start(&names("paused", 1), Habit::Steady).await;
    paused.signal(Signal::STOP);
    let mut rotate = site.bench.keybaton.start(&format!("rotate {SECRET} --wait --json"));
    rotate.says("paused-0").await;
    assert!(site.bench.service.lets_in(OLD_VALUE).await, "the old key died under a paused instance");
    let ended = rotate.ended().await.exits(0).json();
    assert_eq!(ended["outcome"], "done", "a lease that ran out is a proof");
    assert!(!site.bench.service.lets_in(OLD_VALUE).await);
    paused.signal(Signal::CONT);
    let mut paused = paused;
    paused.are_at(2).await;
    assert_unharmed(vec![paused, steady], 50).await;
    site.close().await.assert_whole().await;
}
