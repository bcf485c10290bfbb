//! `dev`: a server with a sandbox, to try things out.

use rustix::process::Signal;

use crate::stage::{Keybaton, Running};

/// Starts it and waits until it can be used; returns the path of its configuration.
async fn started(keybaton: &Keybaton, line: &str) -> (Running, String) {
    let mut dev = keybaton.start(line);
    dev.says("Ctrl-C ends everything").await;
    let words = dev.words();
    let folder = words.lines().find(|line| line.contains("two keys in ")).unwrap().split(" in ").nth(1).unwrap();
    (dev, format!("{}/keybaton.toml", folder.trim()))
}

#[tokio::test]
async fn commands_in_another_terminal_work_and_nothing_is_left_behind() {
    let keybaton = Keybaton::new();
    let (dev, config) = started(&keybaton, "dev").await;
    let status = keybaton.run(&format!("--config {config} status --json")).await.exits(0).json();
    assert_eq!(status["secrets"].as_array().unwrap().len(), 2);
    let rotated = keybaton.run(&format!("--config {config} rotate payments/dev --wait --yes --json")).await.exits(0);
    assert_eq!(rotated.json()["outcome"], "done", "{}", rotated.transcript());
    dev.signal(Signal::INT);
    dev.ended().await.exits(0).prints(&["keybaton --config ", "rotate payments/dev --wait"]);
    assert!(!std::path::Path::new(&config).exists(), "{config} is left behind");
}

#[tokio::test]
async fn a_kept_folder_goes_on_where_it_was() {
    let keybaton = Keybaton::new();
    let (dev, config) = started(&keybaton, "dev --folder kept").await;
    keybaton.run(&format!("--config {config} rotate payments/staging --wait --yes")).await.exits(0);
    dev.signal(Signal::INT);
    dev.ended().await.exits(0);
    let (dev, again) = started(&keybaton, "dev --folder kept").await;
    assert_eq!(again, config);
    keybaton.run(&format!("--config {config} connector test payments/staging")).await.exits(0);
    keybaton.run(&format!("--config {config} rotate payments/staging --wait --yes")).await.exits(0);
    let second = keybaton.run("dev --folder kept").await.exits(3).explains();
    second.says(&["another `keybaton dev`"]);
    dev.signal(Signal::TERM);
    dev.ended().await.exits(0);
}

#[tokio::test]
async fn the_document_says_where_everything_is() {
    let keybaton = Keybaton::new();
    let mut dev = keybaton.start("dev --json");
    dev.says("serving").await;
    dev.signal(Signal::INT);
    let json = dev.ended().await.exits(0).json();
    assert_eq!(json["schema"], "keybaton/dev/v1");
    assert!(json["sandbox"].as_str().unwrap().starts_with("http://127.0.0.1:"), "{json}");
    assert_eq!(json["secrets"], serde_json::json!(["payments/dev", "payments/staging"]));
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_said() {
    let keybaton = Keybaton::new();
    keybaton.write("taken", "");
    keybaton.run("dev --folder taken").await.exits(3).explains();
    keybaton.run("dev --foldr x").await.exits(2).explains().says(&["--folder"]);
}
