//! Fifty instances under load.

use serde_json::json;

use super::crowd::{assert_unharmed, names};
use super::instance::Habit;
use super::site::Site;
use crate::stage::{OLD_VALUE, SECRET};

const FIFTY: &str = "ttl = \"6s\"\nmax_stale = \"5m\"\n\
    consumers = [{ name = \"billing\", evidence = \"agent\", instances = 50 }]";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_instances_move_and_the_old_key_waits_for_the_one_that_lags() {
    let site = Site::open(FIFTY).await;
    let crowd = site.recruiter();
    let unpushed = names("unpushed", 10);
    let (lagging, steady) = (names("lagging", 1), names("steady", 39));
    let mut processes = crowd.start_many(&steady, Habit::Steady).await;
    processes.extend(crowd.start_many(&unpushed, Habit::Unpushed).await);
    let mut late = crowd.start(&lagging, Habit::Lags).await;
    let mut rotate = site.bench.keybaton.start(&format!("rotate {SECRET} --wait --json"));
    let waits = rotate.says("waits: ").await;
    rotate.says("lagging-0").await;
    assert!(site.bench.service.lets_in(OLD_VALUE).await, "{waits}");
    late.goes_on().await;
    let ended = rotate.ended().await.exits(0).json();
    assert_eq!(ended["outcome"], "done");
    assert!(!site.bench.service.lets_in(OLD_VALUE).await);
    processes.push(late);
    assert_unharmed(processes, 500).await;
    site.close().await.assert_whole().await;
}

#[tokio::test]
async fn one_that_reads_once_and_never_again_is_named_until_it_is_gone() {
    let terms = "ttl = \"5s\"\nmax_stale = \"1m\"\n\
        consumers = [{ name = \"billing\", evidence = \"agent\", instances = 3 }]";
    let site = Site::open(terms).await;
    let crowd = site.recruiter();
    let steady = crowd.start(&names("steady", 2), Habit::Steady).await;
    let once = crowd.start(&names("once", 1), Habit::Once).await;
    let mut rotate = site.bench.keybaton.start(&format!("rotate {SECRET} --wait --json"));
    rotate.says("once-0").await;
    let told = site.bench.run(&format!("explain {SECRET}")).await.exits(0);
    told.prints(&["once-0"]);
    assert!(site.bench.service.lets_in(OLD_VALUE).await);
    assert_unharmed(vec![once], 5).await;
    site.bench.run(&format!("consumers forget {SECRET} billing/once-0")).await.exits(0);
    assert_eq!(rotate.ended().await.exits(0).json()["outcome"], "done");
    let list = site.bench.run(&format!("consumers list {SECRET} --json")).await.exits(0).json();
    assert_eq!((&list["instances"], &list["on_current"]), (&json!(2), &json!(2)));
    assert_unharmed(vec![steady], 50).await;
    site.close().await.assert_whole().await;
}
