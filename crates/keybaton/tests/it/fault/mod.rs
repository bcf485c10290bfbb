//! Fault scenarios: what would convince somebody who has seen outages. Each is a command too, `cargo xtask fault NAME`; those
//! that other folders prove already are only listed there.

mod attacker;
pub(crate) mod clock;
mod creates;
mod flaps;
mod outages;
mod race;
mod regions;
pub(crate) mod rig;
mod stolen;
mod zombie;

use std::collections::BTreeSet;

/// The scenarios as the project's own commands know them.
const LIST: &str = include_str!("../../../../../xtask/src/fault/list.rs");

#[test]
fn every_scenario_names_tests_that_there_are() {
    let listed = std::process::Command::new(std::env::current_exe().unwrap()).arg("--list").output().unwrap();
    let text = String::from_utf8(listed.stdout).unwrap();
    let known: BTreeSet<&str> = text.lines().filter_map(|line| line.strip_suffix(": test")).collect();
    let named: Vec<&str> = LIST.split('"').filter(|text| text.contains("::") && !text.contains(' ')).collect();
    assert!(named.len() > 15, "{named:?}");
    let missing: Vec<&&str> = named.iter().filter(|name| !known.contains(**name)).collect();
    assert!(missing.is_empty(), "xtask/src/fault/list.rs names tests that are not there: {missing:?}");
    let ours = known.iter().filter(|name| name.starts_with("fault::") && !name.ends_with("tests_that_there_are"));
    let unlisted: Vec<&&str> = ours.filter(|name| !named.contains(*name)).collect();
    assert!(unlisted.is_empty(), "no scenario of xtask/src/fault/list.rs plays {unlisted:?}");
}
