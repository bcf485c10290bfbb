//! The rules for Prometheus.

use keybaton_testkit::server::promtool;

use super::queried::{names, packaged, unknown};

const RULES: &str = "keybaton.rules.yml";

#[test]
fn promtool_accepts_the_rules_and_each_fires_when_it_should_and_not_when_nothing_is_wrong() {
    let folder = packaged("prometheus");
    for args in [["check", "rules", RULES], ["test", "rules", "keybaton.rules.test.yml"]] {
        let Some((is_content, said)) = promtool(&folder, &args) else { return };
        assert!(is_content && said.contains("SUCCESS"), "{args:?}\n{said}");
    }
}

#[test]
fn promtool_finds_a_rule_that_no_longer_fires() {
    let folder = tempfile::tempdir().unwrap();
    let rules = std::fs::read_to_string(packaged("prometheus").join(RULES)).unwrap();
    let broken = rules.replace("keybaton_probe_success == 0", "keybaton_probe_success == 2");
    assert_ne!(broken, rules);
    std::fs::write(folder.path().join(RULES), broken).unwrap();
    std::fs::copy(packaged("prometheus/keybaton.rules.test.yml"), folder.path().join("test.yml")).unwrap();
    let Some((is_content, said)) = promtool(folder.path(), &["test", "rules", "test.yml"]) else { return };
    assert!(!is_content && said.contains("KeybatonProbeFailing"), "{said}");
}

#[test]
fn the_rules_ask_only_for_metrics_that_a_page_shows_and_every_rule_is_tried() {
    let read = |name: &str| std::fs::read_to_string(packaged("prometheus").join(name)).unwrap();
    let (rules, tests) = (read(RULES), read("keybaton.rules.test.yml"));
    assert!(names(&rules).len() > 10);
    assert_eq!(unknown(&rules), Vec::<String>::new());
    assert_eq!(unknown(&tests), Vec::<String>::new());
    let alerts: Vec<&str> = rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).collect();
    assert!(alerts.len() >= 13, "{alerts:?}");
    for alert in alerts {
        assert!(tests.contains(&format!("alertname: {alert}\n        exp_alerts:\n")), "{alert} is never expected");
    }
}
