//! `history`: how rotations went, told from the audit.

use crate::stage::{Bench, Keybaton, SECRET};

const TERMS: &str = "overlap = { min = \"1s\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }";

#[tokio::test]
async fn a_rotation_is_told_with_its_phases_and_who_asked() {
    let bench = Bench::with(TERMS).await;
    bench.run("history").await.exits(0).says(&["No rotation has run yet", "hint:"]);
    bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    let history = bench.run(&format!("history {SECRET} --json")).await.exits(0).json();
    assert_eq!((&history["schema"], &history["unread_rows"]), (&"keybaton/history/v1".into(), &0.into()));
    let past = &history["rotations"][0];
    assert_eq!((&past["rotation"], &past["secret"]), (&"payments.prod.1".into(), &"payments".into()));
    assert_eq!((&past["outcome"], &past["cause"]), (&"done".into(), &"asked".into()));
    assert!(past["by"].as_str().unwrap().starts_with("tester"), "{past}");
    assert_eq!((&past["from"], &past["to"]), (&1.into(), &2.into()));
    let phases: Vec<&str> = past["phases"].as_array().unwrap().iter().filter_map(|p| p["phase"].as_str()).collect();
    let walk = ["minting", "proving", "publishing", "draining", "disabling", "watching", "revoking", "confirming"];
    assert_eq!(phases, walk);
    assert!(past["seconds"].as_u64().unwrap() >= 2 && past["ended"].as_str().unwrap().ends_with('Z'), "{past}");
    assert!(past["grade"].is_string() && past["cut_off"].as_array().unwrap().is_empty(), "{past}");
    let text = bench.run("history").await.exits(0).prints(&[
        "payments/prod #1 ✓ done, version 1 to 2",
        "version 1 to 2",
        "asked for by tester",
    ]);
    assert!(text.out.lines().all(|line| line.chars().count() <= 80), "{}", text.transcript());
}

#[tokio::test]
async fn one_that_runs_and_one_that_went_back_are_told_as_they_are() {
    let bench =
        Bench::with("overlap = { min = \"1h\", until = \"time\" }\nwatch = { for = \"1s\", every = \"500ms\" }").await;
    bench.rotate_until("draining").await;
    bench.run("history").await.exits(0).prints(&["● going on", "draining"]);
    bench.run(&format!("rollback {SECRET}")).await;
    bench.run(&format!("revoke {SECRET} --version 2 --yes")).await.exits(4);
    let history = bench.run("history --json").await.exits(0).json();
    assert_eq!(history["rotations"][0]["outcome"], "rolled-back");
    bench.run("history").await.exits(0).prints(&["↺ rolled back"]);
}

#[tokio::test]
async fn no_more_are_told_than_were_asked_for_and_narrow_terminals_break_between_words() {
    let mut bench = Bench::with(TERMS).await;
    for _ in 0..2 {
        bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    }
    let history = bench.run("history --limit 1 --json").await.exits(0).json();
    assert_eq!(history["rotations"].as_array().unwrap().len(), 1);
    assert_eq!(history["rotations"][0]["rotation"], "payments.prod.2");
    bench.keybaton.set("COLUMNS", "44");
    let narrow = bench.run("history").await.exits(0);
    assert!(narrow.out.lines().all(|line| line.chars().count() <= 44), "{}", narrow.transcript());
    bench.run("history --limit 0").await.exits(2);
    bench.run("history nobody/prod").await.exits(2).says(&["nobody/prod is not in the\n       configuration"]);
}

#[tokio::test]
async fn without_a_configuration_it_says_what_to_do() {
    Keybaton::new().run("history").await.exits(2).says(&["error:", "hint:"]);
}
