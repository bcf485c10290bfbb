//! The documents at the root: generated sections agree with the code, and what they name exists.

use std::fs;

use super::house;

/// A generated section of a page, between two markers.
pub(super) struct Section {
    pub(super) page: &'static str,
    pub(super) name: &'static str,
}

impl Section {
    /// Compares the section with what it should be; `KEYBATON_BLESS=1` rewrites it.
    pub(super) fn compare(&self, body: &str) {
        let page = house::read(self.page);
        let (begin, end) = (format!("<!-- {}: begin -->", self.name), format!("<!-- {}: end -->", self.name));
        let (before, rest) = page.split_once(&begin).unwrap();
        let (_, after) = rest.split_once(&end).unwrap();
        let wanted = format!("{before}{begin}\n\n{body}\n\n{end}{after}");
        if std::env::var_os("KEYBATON_BLESS").is_some_and(|value| value == "1") {
            fs::write(house::root().join(self.page), wanted).unwrap();
        } else {
            assert!(page == wanted, "{} is out of date; `cargo xtask bless` rewrites it to:\n{body}", self.page);
        }
    }
}

/// Paths in backticks that begin at the workspace's root.
fn named(page: &str) -> impl Iterator<Item = &str> {
    let words = page.split('`').skip(1).step_by(2);
    words.filter(|word| ["crates/", "docs/", "xtask/", "examples/", ".ci/"].iter().any(|root| word.starts_with(root)))
}

#[test]
fn architecture_and_contributing_name_only_what_exists() {
    let mut missing = Vec::new();
    for page in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = house::read(page);
        let paths = named(&text).filter(|path| !path.contains(['*', '<', ' ']) && !house::root().join(path).exists());
        missing.extend(paths.map(|path| format!("{page}: {path}")));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn architecture_has_a_line_for_every_package() {
    let page = house::read("ARCHITECTURE.md");
    let metadata = house::metadata();
    for package in metadata.workspace_packages() {
        assert!(page.contains(&format!("`{}`", package.name)), "ARCHITECTURE.md does not name {}", package.name);
    }
}

#[test]
fn decision_records_are_numbered_without_a_gap_and_say_context_decision_and_consequences() {
    let entries = fs::read_dir(house::root().join("docs/decisions")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for (no, name) in names.iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}-", no + 1)), "{name} has the wrong number");
        let text = house::read(&format!("docs/decisions/{name}"));
        for part in ["## Context", "## Decision", "## Consequences"] {
            assert!(text.contains(part), "{name} has no {part}");
        }
    }
}
