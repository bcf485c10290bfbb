//! What is built, as cargo resolves it for this machine: the binary that ships, and other choices of packages.

use std::{collections::BTreeSet, env, process::Command};

use super::house;

/// One package in the graph of the binary.
struct Node {
    name: String,
    features: Vec<String>,
}

fn nodes() -> Vec<Node> {
    tree(&["-p", "keybaton", "-e", "normal,build"])
}

/// The names of what is built for a choice of packages, features and kinds of dependencies.
pub(super) fn names(choice: &[&str]) -> BTreeSet<String> {
    tree(choice).into_iter().map(|node| node.name).collect()
}

/// `cargo tree` and not `cargo metadata`: only the first knows which optional dependencies are really built.
fn tree(choice: &[&str]) -> Vec<Node> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let form = ["--prefix", "none", "--no-dedupe", "--format", "{p}|{f}"];
    let output = Command::new(cargo).arg("tree").args(choice).args(form).current_dir(house::root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(Node::parse).collect()
}

impl Node {
    fn parse(line: &str) -> Self {
        let (package, features) = line.split_once('|').unwrap();
        let name = package.split_whitespace().next().unwrap().to_owned();
        Self { name, features: features.split(',').map(ToOwned::to_owned).collect() }
    }
}

#[test]
fn the_binary_has_one_crypto_provider_and_no_openssl() {
    let nodes = nodes();
    assert!(nodes.iter().any(|node| node.name == "aws-lc-rs"));
    for banned in ["ring", "openssl-sys", "openssl", "native-tls", "rsa"] {
        assert!(nodes.iter().all(|node| node.name != banned), "{banned} is in the graph of the binary");
    }
}

#[test]
fn the_bans_are_also_those_of_cargo_deny() {
    let deny = house::read("deny.toml");
    for banned in ["ring", "openssl-sys", "native-tls", "rsa"] {
        assert!(deny.contains(&format!("crate = \"{banned}\"")), "{banned} is not in deny.toml");
    }
}

#[test]
fn sqlx_comes_without_macros_and_without_any() {
    let nodes = nodes();
    assert!(nodes.iter().all(|node| !node.name.starts_with("sqlx-macros")));
    let sqlx = nodes.iter().find(|node| node.name == "sqlx").unwrap();
    for feature in ["macros", "any", "derive"] {
        assert!(!sqlx.features.iter().any(|on| on == feature), "sqlx has its feature {feature}");
    }
}
