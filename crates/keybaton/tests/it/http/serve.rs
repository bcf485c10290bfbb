//! `serve`: the engine as a daemon.

use reqwest::StatusCode;
use rustix::process::Signal;

use crate::stage::{Bench, OLD_ID, OLD_VALUE, Running, SECRET};

/// A running server and its address.
async fn serving(bench: &Bench) -> (Running, String) {
    let mut serve = bench.keybaton.start("serve");
    let line = serve.says("http://").await;
    let address = line.split("http://").nth(1).unwrap().split(',').next().unwrap();
    (serve, format!("http://{address}"))
}

#[tokio::test]
async fn a_server_drives_what_a_command_asks_for() {
    let bench = Bench::adopted().await;
    let (serve, _) = serving(&bench).await;
    let name = format!(":{}:", serve.id());
    let asked = bench.run(&format!("rotate {SECRET}")).await.exits(0);
    asked.says(&["drives it", &name, "keybaton rotate payments/prod --wait"]);
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0).says(&["done"]);
    assert_eq!(bench.book().await.rotations(), 1, "the second command attached");
    bench.assert_whole().await;
    serve.signal(Signal::TERM);
    serve.ended().await.exits(0).says(&["every lease was given up"]);
}

#[tokio::test]
async fn a_server_starts_what_its_schedule_names() {
    let terms =
        "every = \"2s\"\noverlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";
    let bench = Bench::with(terms).await;
    let (serve, _) = serving(&bench).await;
    let state = bench.service.state().clone();
    let ended = state.until(|state| state.key(OLD_ID).is_some_and(|key| key.destroyed));
    tokio::time::timeout(std::time::Duration::from_mins(1), ended).await.expect("no rotation was started");
    serve.signal(Signal::TERM);
    serve.ended().await.exits(0);
}

#[tokio::test]
async fn its_health_answers_only_those_who_mean_this_machine() {
    let bench = Bench::adopted().await;
    let (serve, url) = serving(&bench).await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = |path: &str| client.get(format!("{url}{path}"));
    assert_eq!(get("/healthz").send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(get("/readyz").send().await.unwrap().status(), StatusCode::OK);
    let rebound = get("/healthz").header("host", "evil.example").send().await.unwrap();
    assert_eq!(rebound.status(), StatusCode::MISDIRECTED_REQUEST);
    let foreign = get("/readyz").header("origin", "http://evil.example").send().await.unwrap();
    assert_eq!(foreign.status(), StatusCode::MISDIRECTED_REQUEST);
    serve.signal(Signal::INT);
    serve.ended().await.exits(0);
}

#[tokio::test]
async fn an_invalid_file_never_replaces_a_running_configuration() {
    let mut bench = Bench::adopted().await;
    let (mut serve, _) = serving(&bench).await;
    bench.agree("overlaps = { min = \"1s\" }");
    serve.signal(Signal::HUP);
    serve.says("The configuration that was running goes on").await;
    assert!(serve.words().contains("overlap"), "{}", serve.words());
    bench.agree(
        "overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }\nowner = \"me\"",
    );
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    serve.signal(Signal::HUP);
    serve.says("reloaded").await;
    serve.signal(Signal::TERM);
    serve.ended().await.exits(0);
    assert!(!bench.service.lets_in(OLD_VALUE).await);
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_leaves_its_rotation_to_others() {
    let mut bench =
        Bench::with("overlap = { min = \"1h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }").await;
    let (serve, _) = serving(&bench).await;
    bench.run(&format!("rotate {SECRET}")).await.exits(0);
    while bench.status().await["phase"] != "draining" {}
    serve.signal(Signal::TERM);
    serve.ended().await.exits(0);
    bench.agree("overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }");
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    bench.assert_whole().await;
}
