//! What people hear of a rotation.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::receiver::Receiver;
use crate::stage::{Bench, SECRET};

/// A short policy that tells these channels.
pub(crate) fn terms(channels: &str) -> String {
    format!(
        "overlap = {{ min = \"1s\", max = \"1h\", until = \"time\" }}\n\
         watch = {{ for = \"1s\", every = \"500ms\", failures = 2 }}\nalerts = [\"ops\"]\n{channels}"
    )
}

/// An adopted secret that tells a webhook.
pub(crate) async fn told(url: &str) -> Bench {
    let bench = Bench::with(&terms("[alert.ops]\ntype = \"webhook\"\nurl = { file = \"ops.url\" }")).await;
    bench.keybaton.write("ops.url", url);
    bench
}

#[tokio::test]
async fn a_hold_is_told_by_the_command_that_meets_it_and_its_end_by_the_server() {
    let ops = Receiver::answering(204).await;
    let bench = told(&ops.url).await;
    let foreign = bench.service.state().create("somebody else's").unwrap();
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(5).hides("canary-of-a-url");
    let held = ops.until(|event| event["data"]["kind"] == "held").await;
    assert_eq!(held["type"], "dev.keybaton.alert.raised.v1");
    assert_eq!((&held["subject"], &held["data"]["standing"]), (&SECRET.into(), &"raised".into()));
    assert!(held["data"]["rotation"].as_str().unwrap().starts_with("payments.prod."), "{held}");
    bench.service.state().destroy(&foreign).unwrap();
    let mut serve = bench.keybaton.start("serve");
    serve.says("serving").await;
    let over = ops.until(|event| event["data"]["standing"] == "resolved").await;
    assert_eq!(over["data"]["thread"], held["data"]["thread"]);
    let of_it = |event: &&serde_json::Value| event["data"]["thread"] == held["data"]["thread"];
    assert_eq!(ops.came().iter().filter(of_it).count(), 2, "{:#?}", ops.came());
    serve.signal(Signal::TERM);
    serve.ended().await.exits(0);
    bench.run("alert list").await.exits(0).prints(&["payments/prod", "held", "✓ resolved", "✓ good"]);
}

#[tokio::test]
async fn a_receiver_that_hangs_delays_no_rotation() {
    let url = Receiver::hanging().await;
    let bench = told(&url).await;
    let foreign = bench.service.state().create("somebody else's").unwrap();
    let began = Instant::now();
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    assert!(began.elapsed() < Duration::from_secs(45), "{:?}", began.elapsed());
    bench.service.state().destroy(&foreign).unwrap();
    bench.run(&format!("resume {SECRET}")).await;
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0).says(&["done"]);
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_channel_that_is_not_ready_here_keeps_no_rotation_from_going_on() {
    let bench = told("https://127.0.0.1:1/").await;
    std::fs::remove_file(bench.keybaton.path("ops.url")).unwrap();
    let ended = bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    ended.says(&["warning: no alert is told on the channel ops from here"]);
    bench.run("tick").await.exits(0).says(&["warning: no alert is told on the channel ops from here"]);
    bench.run("serve").await.exits(2).explains().says(&["ops.url"]);
    bench.assert_whole().await;
}

#[tokio::test]
async fn a_key_that_nothing_rotates_is_told_by_tick_until_it_has_a_policy() {
    let ops = Receiver::answering(204).await;
    let mut bench = told(&ops.url).await;
    bench.run("tick").await.exits(0);
    let bare = ops.until(|event| event["data"]["kind"] == "no-policy").await;
    assert_eq!((&bare["subject"], &bare["data"]["severity"]), (&SECRET.into(), &"warning".into()));
    bench.run("tick").await.exits(0);
    assert_eq!(ops.came().len(), 1, "{:#?}", ops.came());
    bench.agree(&terms("max_age = \"90d\"\n[alert.ops]\ntype = \"webhook\"\nurl = { file = \"ops.url\" }"));
    bench.run("tick").await.exits(0);
    let over = ops.until(|event| event["data"]["standing"] == "resolved").await;
    assert_eq!(over["data"]["thread"], bare["data"]["thread"]);
    bench.run("alert list").await.exits(0).prints(&["no-policy", "✓ resolved"]);
}

#[tokio::test]
async fn a_hangup_reads_the_channels_again_and_nothing_goes_to_the_old_place() {
    let (before, after) = (Receiver::answering(204).await, Receiver::answering(204).await);
    let bench = told(&before.url).await;
    let mut serve = bench.keybaton.start("serve");
    serve.says("serving").await;
    before.until(|event| event["data"]["kind"] == "no-policy").await;
    bench.keybaton.write("ops.url", &after.url);
    serve.signal(Signal::HUP);
    serve.says("reloaded").await;
    bench.service.state().create("somebody else's").unwrap();
    bench.run(&format!("rotate {SECRET}")).await;
    after.until(|event| event["data"]["kind"] == "held").await;
    assert!(before.came().iter().all(|event| event["data"]["kind"] != "held"), "{:#?}", before.came());
    serve.signal(Signal::TERM);
    serve.ended().await.exits(0);
}
