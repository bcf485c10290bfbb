//! The demo: what a newcomer sees first.

use std::time::Instant;

use crate::stage::Keybaton;

#[tokio::test]
async fn the_demo_ends_well_within_a_minute_and_leaves_nothing_behind() {
    let (words, document, begun) = (Keybaton::new(), Keybaton::new(), Instant::now());
    let (told, verdict) = tokio::join!(words.run("demo"), document.run("demo --json"));
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    let told = told.exits(0).prints(&["✓ verdict: ok: 0 calls failed", "rolled back"]);
    assert!(!told.out.contains('\u{1b}'), "colour without a terminal");
    assert_verdict(&verdict.exits(0).json());
    assert_eq!(std::fs::read_dir(words.path("")).unwrap().count(), 0);
}

/// Asserts that every act ended as it must, and nobody was refused.
fn assert_verdict(verdict: &serde_json::Value) {
    assert_eq!((&verdict["schema"], &verdict["ok"]), (&"keybaton/demo/v1".into(), &true.into()));
    let acts = verdict["acts"].as_array().unwrap();
    assert_eq!(acts.len(), 3);
    for act in acts {
        assert_eq!((&act["failed"], &act["live_keys"]), (&0.into(), &1.into()), "{act}");
        assert!(act["requests"].as_u64().unwrap() > 0, "{act}");
    }
    assert_eq!(acts[2]["outcome"], "rolled-back");
    assert!(acts[1]["held_back_seconds"].as_f64().unwrap() > 0.0);
}
