//! The server is down for longer than a value lives, in the middle of a rotation.

use std::time::Duration;

use super::crowd::{assert_unharmed, names};
use super::instance::Habit;
use super::site::Site;
use crate::stage::{OLD_VALUE, SECRET};

#[tokio::test]
async fn an_outage_longer_than_the_ttl_harms_nobody_not_even_one_that_restarts_in_it() {
    let terms = "ttl = \"2s\"\nmax_stale = \"2m\"\n\
        consumers = [{ name = \"billing\", evidence = \"agent\", instances = 4 }]";
    let site = Site::open(terms).await;
    let crowd = site.recruiter();
    let cache = site.bench.keybaton.path("restarts.cache");
    let mut steady = crowd.start(&names("steady", 2), Habit::Steady).await;
    let mut lagging = crowd.start(&names("lagging", 1), Habit::Lags).await;
    let mut restarts = crowd.start_cached("restarts-0", cache.clone()).await;
    site.bench.rotate_until("lagging-0").await;
    steady.are_at(2).await;
    restarts.are_at(2).await;

    let bench = site.crash().await;
    restarts.killed().await;
    let restarted = crowd.start_cached("restarts-0", cache).await;
    // the ttl passes: time is what this test is about
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(bench.service.lets_in(OLD_VALUE).await);
    let site = Site::open_again(bench).await;
    lagging.goes_on().await;
    let ended = site.bench.run(&format!("rotate {SECRET} --wait --json")).await.exits(0);
    assert_eq!(ended.json()["outcome"], "done");
    assert!(!site.bench.service.lets_in(OLD_VALUE).await);
    assert_unharmed(vec![steady, lagging, restarted], 100).await;
    site.close().await.assert_whole().await;
}
