//! `cargo xtask fault list` and `cargo xtask fault NAME`: one scenario with the real program, and its verdict.

mod list;

use anyhow::{Result, bail};
use clap::Args;

use self::list::{ALL, Scenario};
use crate::{child, parts::say, workspace::Workspace};

/// Which scenario.
#[derive(Args)]
pub(crate) struct Options {
    /// The scenario, `list` for their names, or `all`
    name: String,
}

/// Runs one scenario, all of them, or prints their names.
pub(crate) fn run(options: &Options) -> Result<()> {
    match options.name.as_str() {
        "list" => {
            list();
            Ok(())
        }
        "all" => every(ALL.iter()),
        name => every(std::iter::once(named(name)?)),
    }
}

fn list() {
    let width = ALL.iter().map(|scenario| scenario.name.len()).max().unwrap_or_default();
    for Scenario { name, what, .. } in &ALL {
        say(&format!("{name:width$}  {what}"));
    }
}

fn named(name: &str) -> Result<&'static Scenario> {
    match ALL.iter().find(|scenario| scenario.name == name) {
        Some(scenario) => Ok(scenario),
        None => bail!("there is no scenario {name:?}; `cargo xtask fault list` names them"),
    }
}

fn every<'a>(scenarios: impl Iterator<Item = &'a Scenario>) -> Result<()> {
    let workspace = Workspace::find()?;
    let mut broken = Vec::new();
    for scenario in scenarios {
        say(&format!("== {}: {}", scenario.name, scenario.what));
        let verdict = played(&workspace, scenario)?;
        say(&verdict.line(scenario));
        if verdict != Verdict::Holds {
            broken.push(scenario.name);
        }
    }
    if broken.is_empty() { Ok(()) } else { bail!("what has to hold does not: {}", broken.join(", ")) }
}

/// What came of a scenario.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Holds,
    /// So many of its tests passed.
    Broken(usize),
}

impl Verdict {
    fn line(&self, scenario: &Scenario) -> String {
        let (name, all) = (scenario.name, scenario.tests.len());
        match self {
            Self::Holds => format!("verdict: {name}: holds: {}", scenario.holds),
            Self::Broken(passed) => format!("verdict: {name}: BROKEN: {passed} of {all} tests passed"),
        }
    }
}

/// Runs the tests of a scenario; one that is not there has not passed.
fn played(workspace: &Workspace, scenario: &Scenario) -> Result<Verdict> {
    let mut command = child::cargo(&workspace.root, ["test", "--workspace", "--test", "it", "--", "--exact"]);
    command.arg("--nocapture").args(scenario.tests);
    let (text, succeeded) = child::capture(&mut command)?;
    Ok(judged(&text, succeeded, scenario.tests.len()))
}

fn judged(text: &str, succeeded: bool, wanted: usize) -> Verdict {
    let passed = text.lines().filter_map(|line| line.split_once("test result: ")).filter_map(|(_, rest)| {
        let count = rest.split_once(" passed")?.0;
        count.rsplit(' ').next()?.parse::<usize>().ok()
    });
    let passed = passed.sum();
    if succeeded && passed == wanted { Verdict::Holds } else { Verdict::Broken(passed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tests_that_ran_and_passed_are_a_good_verdict() {
        let result = |count| format!("noise\ntest result: ok. {count} passed; 0 failed; 0 ignored\n");
        assert_eq!(judged(&(result(0) + &result(2)), true, 2), Verdict::Holds);
        assert_eq!(judged(&result(2), false, 2), Verdict::Broken(2));
        assert_eq!(judged(&result(0), true, 2), Verdict::Broken(0), "a test that is not there has not passed");
        assert_eq!(judged("", true, 1), Verdict::Broken(0));
    }

    #[test]
    fn every_scenario_has_a_name_of_its_own_and_tests() {
        let mut names: Vec<&str> = ALL.iter().map(|scenario| scenario.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
        assert!(ALL.iter().all(|scenario| !scenario.tests.is_empty() && named(scenario.name).is_ok()));
        assert!(named("nothing").is_err());
    }
}
