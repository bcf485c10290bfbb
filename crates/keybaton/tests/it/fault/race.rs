//! 401s that are nobody's fault, and two people who want opposite things.

use super::rig::{Reader, is_idle, until};
use crate::{
    remote::serve,
    stage::{Bench, OLD_VALUE, SECRET},
};

/// The drain waits for somebody who never says a word.
const WAITS: &str = "overlap = { min = \"1s\", max = \"1h\" }\nwatch = { for = \"1s\", every = \"500ms\", failures = 2 }\n\
    consumers = [{ name = \"billing\", evidence = \"ack\" }]";

#[tokio::test]
async fn refusals_of_both_keys_alike_roll_nothing_back() {
    let bench = Bench::with(WAITS).await;
    let (_serve, url) = serve(&bench).await;
    let shop = Reader::new(&bench, &url, "shop").await;
    assert_eq!(shop.reads().await["version"], 1);
    // two in three are refused, as they always are
    shop.reports(1, 200, 400).await;
    bench.run(&format!("rotate {SECRET} --yes")).await.exits(0);
    until(&bench, "consumers get the new key", |row| row["version"] == 2 && row["phase"] == "draining").await;
    for _ in 0..20 {
        shop.reports(2, 10, 20).await;
        shop.reports(1, 10, 20).await;
    }
    let explained = bench.run(&format!("explain {SECRET} --json")).await.exits(0).json();
    assert!(explained.to_string().contains("billing"), "{explained}");
    let row = bench.status().await;
    assert_eq!((&row["phase"], &row["version"]), (&"draining".into(), &2.into()), "a storm rolled it back");
    assert!(bench.service.lets_in(OLD_VALUE).await, "the old key died in a storm");
}

#[tokio::test]
async fn of_a_rollback_and_a_revoke_at_once_exactly_one_wins() {
    for _ in 0..3 {
        let bench = Bench::with(WAITS).await;
        let (_serve, _) = serve(&bench).await;
        bench.run(&format!("rotate {SECRET} --yes")).await.exits(0);
        until(&bench, "the drain", |row| row["phase"] == "draining").await;
        let (back, on) = (format!("rollback {SECRET} --yes"), format!("revoke {SECRET} --version 1 --yes"));
        let (back, on) = tokio::join!(bench.run(&back), bench.run(&on));
        assert!(back.code() == Some(0) || on.code() == Some(0), "{}\n{}", back.transcript(), on.transcript());
        // whoever is awaited after a rollback is not there
        let ended = async {
            while !is_idle(&bench.status().await) {
                bench.run(&format!("consumers ack {SECRET} billing")).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(90), ended).await.expect("nobody won");
        let live = bench.service.live();
        assert_eq!(live.len(), 1, "both won: {live:?}\n{}\n{}", back.transcript(), on.transcript());
        bench.assert_whole().await;
    }
}
