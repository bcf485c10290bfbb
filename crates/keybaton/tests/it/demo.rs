//! The demo: what a newcomer sees first.

use std::time::Instant;

use crate::stage::Keybaton;

#[tokio::test]
async fn the_demo_ends_well_within_a_minute_and_leaves_nothing_behind() {
    let (keybaton, begun) = (Keybaton::new(), Instant::now());
    let ended = keybaton.run("demo").await.exits(0).prints(&["✓ verdict: ok: 0 calls failed", "rolled back"]);
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    assert!(!ended.out.contains('\u{1b}'), "colour without a terminal");
    assert_eq!(std::fs::read_dir(keybaton.path("")).unwrap().count(), 0);
}

#[tokio::test]
async fn the_verdict_of_the_demo_is_one_document() {
    let verdict = Keybaton::new().run("demo --json").await.exits(0).json();
    assert_eq!(verdict["schema"], "keybaton/demo/v1");
    assert_eq!(verdict["ok"], true);
    let acts = verdict["acts"].as_array().unwrap();
    assert_eq!(acts.len(), 3);
    for act in acts {
        assert_eq!(act["failed"], 0, "{act}");
        assert_eq!(act["live_keys"], 1, "{act}");
        assert!(act["requests"].as_u64().unwrap() > 0, "{act}");
    }
    assert_eq!(acts[2]["outcome"], "rolled-back");
    assert!(acts[1]["held_back_seconds"].as_f64().unwrap() > 0.0);
}
