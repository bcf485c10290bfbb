//! Which metrics a text asks for, and whether there are any of these names.

use std::path::PathBuf;

use keybaton_server::{METRICS, Shape};

/// A file of the packaging.
pub(super) fn packaged(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../packaging").join(path)
}

/// The names of metrics in a text that no page shows.
pub(super) fn unknown(text: &str) -> Vec<String> {
    let mut names = names(text);
    names.retain(|name| !is_shown(name));
    names
}

/// The names of metrics in a text, each once.
pub(super) fn names(text: &str) -> Vec<String> {
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let words = text.split(|c: char| !is_name(c)).filter(|word| word.starts_with("keybaton_"));
    let mut names: Vec<String> = words.map(str::to_owned).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn is_shown(name: &str) -> bool {
    let of_agents = keybaton_agent::serve::METRICS.iter().any(|(known, _)| *known == name);
    of_agents
        || METRICS.iter().any(|metric| match metric.shape {
            Shape::Gauge | Shape::Counter => metric.name == name,
            Shape::Histogram => {
                name.strip_prefix(metric.name).is_some_and(|end| ["_bucket", "_sum", "_count"].contains(&end))
            }
        })
}

#[test]
fn a_name_that_no_page_shows_is_found() {
    let text = "rate(keybaton_probe_duration_seconds_bucket[5m]) > keybaton_keys_valid + keybaton_nothing{a=\"b\"}";
    assert_eq!(unknown(text), ["keybaton_nothing"]);
    assert_eq!(names(text).len(), 3);
}
