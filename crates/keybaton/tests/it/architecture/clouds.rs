//! The libraries of the clouds: who links them, and that nobody must.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, Metadata, Package};

use super::{graph, house};

/// The crates that speak to a cloud or a cluster, by how their names begin; those of `aws-lc` are the cryptography.
const CLOUDS: [(&str, &[&str]); 3] = [
    (
        "aws",
        &["aws-config", "aws-credential-types", "aws-runtime", "aws-sdk-", "aws-sigv4", "aws-smithy-", "aws-types"],
    ),
    ("azure", &["azure_", "typespec"]),
    ("kubernetes", &["kube", "k8s-openapi"]),
];

/// The cloud that a crate belongs to.
fn cloud(name: &str) -> Option<&'static str> {
    let is_of = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    CLOUDS.iter().find(|(_, prefixes)| is_of(prefixes)).map(|(cloud, _)| *cloud)
}

/// The clouds that a choice of packages links.
fn linked(choice: &[&str]) -> BTreeSet<&'static str> {
    graph::names(choice).iter().filter_map(|name| cloud(name)).collect()
}

fn package<'a>(metadata: &'a Metadata, name: &str) -> &'a Package {
    metadata.packages.iter().find(|package| package.name.as_str() == name).unwrap()
}

/// The features of a package, without the list of those that are on by themselves.
fn features(package: &Package) -> BTreeSet<&str> {
    package.features.keys().map(String::as_str).filter(|feature| *feature != "default").collect()
}

#[test]
fn whoever_is_no_connector_links_no_cloud_and_neither_do_his_tests() {
    let others =
        ["types", "seal", "core", "config", "ports", "store", "engine", "sandbox", "scan", "server", "client", "agent"];
    for name in others {
        let package = format!("keybaton-{name}");
        assert_eq!(linked(&["-p", &package, "-e", "normal,build,dev"]), BTreeSet::new(), "{package}");
    }
}

#[test]
fn a_cloud_is_in_the_binary_by_its_feature_alone() {
    let with = |features: &[&str]| linked(&[&["-p", "keybaton", "-e", "normal,build"], features].concat());
    assert_eq!(with(&[]), BTreeSet::from(["aws", "azure"]), "kubernetes is spoken to without its libraries");
    assert_eq!(with(&["--no-default-features"]), BTreeSet::new());
    for feature in ["aws", "azure"] {
        assert_eq!(with(&["--no-default-features", "--features", feature]), BTreeSet::from([feature]));
    }
}

#[test]
fn the_tests_of_the_other_connectors_link_no_cloud() {
    let choice = ["-p", "keybaton-connectors", "--no-default-features", "-e", "normal,build,dev"];
    assert_eq!(linked(&choice), BTreeSet::new());
}

#[test]
fn the_library_of_a_cloud_is_an_optional_dependency_or_one_of_tests() {
    let metadata = house::metadata();
    let mut always = Vec::new();
    for package in metadata.workspace_packages() {
        let clouds = package.dependencies.iter().filter(|dependency| cloud(&dependency.name).is_some());
        let bound = clouds.filter(|dependency| !dependency.optional && dependency.kind != DependencyKind::Development);
        always.extend(bound.map(|dependency| format!("{} -> {}", package.name, dependency.name)));
    }
    assert!(always.is_empty(), "{always:#?}");
}

#[test]
fn what_is_generated_and_what_runs_end_to_end_is_of_the_build_that_leaves_nothing_out() {
    let metadata = house::metadata();
    let binary = package(&metadata, "keybaton");
    let all = features(package(&metadata, "keybaton-connectors"));
    assert_eq!(features(binary), all);
    assert_eq!(binary.features["default"].iter().map(String::as_str).collect::<BTreeSet<_>>(), all);
    for name in ["it", "reference"] {
        let target = binary.targets.iter().find(|target| target.name == name).unwrap();
        assert_eq!(target.required_features.iter().map(String::as_str).collect::<BTreeSet<_>>(), all, "{name}");
    }
}
