//! Who may depend on whom.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, Package};

use super::house;

const TESTKIT: &str = "keybaton-testkit";

/// Each package and what of the workspace it may build on. A new package is a new row, with a decision record.
const ALLOWED: [(&str, &[&str]); 16] = [
    ("keybaton-types", &[]),
    ("keybaton-seal", &["keybaton-types"]),
    ("keybaton-core", &["keybaton-types"]),
    ("keybaton-config", &["keybaton-types", "keybaton-core"]),
    ("keybaton-ports", &["keybaton-types", "keybaton-seal", "keybaton-core"]),
    ("keybaton-connectors", &["keybaton-types", "keybaton-seal", "keybaton-core", "keybaton-ports"]),
    ("keybaton-store", &["keybaton-types", "keybaton-seal", "keybaton-core", "keybaton-ports"]),
    ("keybaton-engine", &["keybaton-types", "keybaton-seal", "keybaton-core", "keybaton-ports"]),
    ("keybaton-sandbox", &[]),
    ("keybaton-scan", &["keybaton-types", "keybaton-seal"]),
    ("keybaton-server", &["keybaton-types", "keybaton-seal", "keybaton-core", "keybaton-ports", "keybaton-engine"]),
    ("keybaton-client", &["keybaton-types", "keybaton-seal"]),
    ("keybaton-agent", &["keybaton-types", "keybaton-seal", "keybaton-client"]),
    (TESTKIT, &["keybaton-types", "keybaton-seal", "keybaton-core", "keybaton-ports", "keybaton-sandbox"]),
    (
        "keybaton",
        &[
            "keybaton-types",
            "keybaton-seal",
            "keybaton-core",
            "keybaton-config",
            "keybaton-ports",
            "keybaton-connectors",
            "keybaton-store",
            "keybaton-engine",
            "keybaton-server",
            "keybaton-agent",
            "keybaton-client",
            "keybaton-scan",
            "keybaton-sandbox",
        ],
    ),
    ("xtask", &[]),
];

/// What tests may use beside the test kit: connectors meet the sandbox, engine and server meet the in-memory ledger.
const ALLOWED_IN_TESTS: [(&str, &str); 3] = [
    ("keybaton-connectors", "keybaton-sandbox"),
    ("keybaton-engine", "keybaton-store"),
    ("keybaton-server", "keybaton-store"),
];

fn allowed(name: &str) -> &'static [&'static str] {
    let row = ALLOWED.iter().find(|(package, _)| *package == name);
    row.unwrap_or_else(|| panic!("{name} has no row in the table of allowed edges")).1
}

fn is_allowed(package: &Package, dependency: &cargo_metadata::Dependency) -> bool {
    let (from, to) = (package.name.as_str(), dependency.name.as_str());
    if allowed(from).contains(&to) {
        return true;
    }
    let in_tests = to == TESTKIT && !allowed(from).is_empty() || ALLOWED_IN_TESTS.contains(&(from, to));
    dependency.kind == DependencyKind::Development && in_tests
}

#[test]
fn no_package_depends_on_one_that_it_must_not_know() {
    let metadata = house::metadata();
    let mut forbidden = Vec::new();
    for package in metadata.workspace_packages() {
        let edges = house::edges(package).filter(|dependency| !is_allowed(package, dependency));
        forbidden
            .extend(edges.map(|dependency| format!("{} -> {} ({})", package.name, dependency.name, dependency.kind)));
    }
    assert!(forbidden.is_empty(), "forbidden edges: {forbidden:#?}");
}

#[test]
fn every_package_has_one_row_in_the_table_of_edges() {
    let metadata = house::metadata();
    let packages: BTreeSet<&str> = metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect();
    let rows: BTreeSet<&str> = ALLOWED.iter().map(|(name, _)| *name).collect();
    assert_eq!((&rows, ALLOWED.len()), (&packages, packages.len()));
}

#[test]
fn only_the_seal_depends_on_a_crate_of_cryptographic_primitives() {
    let metadata = house::metadata();
    let names = metadata.workspace_packages().into_iter().filter(|package| {
        package.dependencies.iter().any(|dependency| ["aws-lc-rs", "aws-lc-sys"].contains(&dependency.name.as_str()))
    });
    assert_eq!(names.map(|package| package.name.as_str()).collect::<Vec<_>>(), ["keybaton-seal"]);
}

#[test]
fn core_depends_on_nothing_that_could_wait_draw_or_call() {
    let metadata = house::metadata();
    let core = metadata.packages.iter().find(|package| package.name.as_str() == "keybaton-core").unwrap();
    let normal = core.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
    let known: BTreeSet<&str> = normal.map(|dependency| dependency.name.as_str()).collect();
    assert_eq!(known, BTreeSet::from(["croner", "jiff", "keybaton-types", "serde", "thiserror"]));
}

#[test]
fn every_package_inherits_the_lints_and_with_them_the_ban_on_unsafe_code() {
    assert!(house::read("Cargo.toml").contains("unsafe_code = \"forbid\""));
    let metadata = house::metadata();
    let without = metadata.workspace_packages().into_iter().filter(|package| {
        let manifest = std::fs::read_to_string(&package.manifest_path).unwrap();
        !manifest.contains("[lints]\nworkspace = true\n")
    });
    assert_eq!(without.map(|package| package.name.as_str()).collect::<Vec<_>>(), Vec::<&str>::new());
}
