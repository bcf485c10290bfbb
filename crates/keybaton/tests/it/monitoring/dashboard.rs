//! The dashboard for Grafana.

use std::collections::BTreeSet;

use serde_json::Value;

use super::queried::{names, packaged, unknown};

fn dashboard() -> Value {
    serde_json::from_str(&std::fs::read_to_string(packaged("grafana/keybaton.json")).unwrap()).unwrap()
}

/// The queries of the panels and of the annotations.
fn queries(dashboard: &Value) -> Vec<&str> {
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.flat_map(|panel| panel["targets"].as_array().unwrap());
    let annotations = dashboard["annotations"]["list"].as_array().unwrap().iter();
    targets.chain(annotations).map(|query| query["expr"].as_str().unwrap()).collect()
}

#[test]
fn the_dashboard_asks_only_for_metrics_that_a_page_shows() {
    let dashboard = dashboard();
    let text = queries(&dashboard).join("\n");
    assert!(names(&text).len() > 12, "{text}");
    assert_eq!(unknown(&text), Vec::<String>::new());
    let variables = dashboard["templating"].to_string();
    assert_eq!(unknown(&variables), Vec::<String>::new());
}

#[test]
fn rotations_and_new_keys_are_annotations() {
    let dashboard = dashboard();
    let annotations = dashboard["annotations"]["list"].as_array().unwrap();
    let shown: BTreeSet<&str> = annotations.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(shown, BTreeSet::from(["New keys", "Rotations"]));
    for annotation in annotations {
        assert_eq!((&annotation["enable"], &annotation["useValueForTime"]), (&true.into(), &"on".into()));
        let expr = annotation["expr"].as_str().unwrap();
        assert!(expr.contains("_timestamp_seconds") && expr.ends_with("* 1000"), "Grafana counts milliseconds: {expr}");
    }
}

#[test]
fn every_panel_has_its_place_and_a_source_that_whoever_imports_it_chooses() {
    let dashboard = dashboard();
    assert!(dashboard["uid"] == "keybaton" && dashboard["schemaVersion"].as_u64() >= Some(36));
    let panels = dashboard["panels"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    let mut taken: BTreeSet<(u64, u64)> = BTreeSet::new();
    for panel in panels {
        let title = panel["title"].as_str().unwrap();
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{title}: its number is taken");
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{title}");
        let at = |key: &str| panel["gridPos"][key].as_u64().unwrap();
        assert!(at("x") + at("w") <= 24 && at("w") > 0 && at("h") > 0, "{title} is outside");
        for cell in (at("x")..at("x") + at("w")).flat_map(|x| (at("y")..at("y") + at("h")).map(move |y| (x, y))) {
            assert!(taken.insert(cell), "{title} lies on another panel");
        }
    }
    let variables = dashboard["templating"]["list"].as_array().unwrap();
    let named: Vec<&str> = variables.iter().map(|variable| variable["name"].as_str().unwrap()).collect();
    assert_eq!(named, ["datasource", "secret", "env"]);
}
