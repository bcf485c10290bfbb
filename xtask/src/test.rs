//! `cargo xtask test`: every part in its order, and the table of their times.
//!
//! All that cargo builds here is built with `--workspace`: a narrower choice of packages would unify features
//! differently and build the dependencies a second time.

use std::{num::NonZero, process::Command};

use anyhow::{Result, bail};
use clap::Args;

use crate::{
    child, demo, examples, javascript, packages,
    parts::{OnFailure, Parts, say},
    python,
    workspace::Workspace,
};

/// How to run the parts.
#[derive(Args)]
pub(crate) struct Options {
    /// Stop at the first part that fails
    #[arg(long)]
    fail_fast: bool,
}

/// How many tests of one program run at once, as the harness of cargo reads it.
const THREADS: &str = "RUST_TEST_THREADS";

/// The tests of a build that leaves the clouds out.
const LEFT_OUT: &str = "left_out";

const TEST_BUILD: &str = "test build";
const RELEASE_BUILD: &str = "release build";

/// Runs every part; fails when one of them failed.
pub(crate) fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::find()?;
    let mut parts = Parts::new(if options.fail_fast { OnFailure::Stop } else { OnFailure::GoOn });
    parts.run("packages", &[], || {
        packages::install(&workspace)?;
        python::install(&workspace)?;
        javascript::install(&workspace)
    });
    check(&mut parts, &workspace);
    tests(&mut parts, &workspace);
    without_clouds(&mut parts, &workspace);
    release(&mut parts, &workspace)?;
    say(&format!("\n{}", parts.table()));
    if !parts.passed() {
        bail!("not everything passed");
    }
    Ok(())
}

fn check(parts: &mut Parts, workspace: &Workspace) {
    let root = &workspace.root;
    parts.run("format", &[], || child::run(&mut child::cargo(root, ["fmt", "--all", "--check"])));
    parts.run("clippy", &[], || {
        let args = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
        child::run(&mut child::cargo(root, args))
    });
}

/// The references are tests too: each compares a generated file with the one that is kept.
fn tests(parts: &mut Parts, workspace: &Workspace) {
    let root = &workspace.root;
    parts.run(TEST_BUILD, &[], || {
        child::run(&mut child::cargo(root, ["test", "--workspace", "--all-targets", "--no-run"]))
    });
    parts.run("unit", &[TEST_BUILD], || {
        child::run(&mut child::cargo(root, ["test", "--workspace", "--no-fail-fast", "--lib", "--bins"]))
    });
    // What is small comes first: `it`, the largest, is last.
    let small = workspace.tests.iter().filter(|name| *name != "it" && *name != LEFT_OUT);
    for name in small.chain(workspace.tests.get("it")) {
        parts.run(label(name), &[TEST_BUILD], || {
            let mut tests = child::cargo(root, ["test", "--workspace", "--no-fail-fast", "--test", name]);
            child::run(at_once(&mut tests))
        });
    }
}

/// The build without clouds. It comes after all other tests, because its binary takes the place of theirs.
fn without_clouds(parts: &mut Parts, workspace: &Workspace) {
    let root = &workspace.root;
    parts.run("clippy without clouds", &[], || {
        let args = ["clippy", "--workspace", "--all-targets", "--no-default-features", "--", "-D", "warnings"];
        child::run(&mut child::cargo(root, args))
    });
    parts.run("tests without clouds", &[], || {
        child::run(&mut child::cargo(root, ["test", "--workspace", "--no-default-features", "--test", LEFT_OUT]))
    });
}

/// Most tests wait for servers and programs: twice as many of them run as there are cores, unless it is said how many.
fn at_once(tests: &mut Command) -> &mut Command {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    match std::env::var_os(THREADS) {
        Some(_) => tests,
        None => tests.env(THREADS, (cores * 2).to_string()),
    }
}

/// What a test target holds, in the words of CONTRIBUTING.md.
fn label(target: &str) -> &str {
    if target == "it" { "contract, fault, end to end" } else { target }
}

fn release(parts: &mut Parts, workspace: &Workspace) -> Result<()> {
    parts.run(RELEASE_BUILD, &[], || {
        let args = ["build", "--release", "--bins", "-p", "keybaton", "-p", "keybaton-sandbox"];
        child::run(&mut child::cargo(&workspace.root, args))
    });
    parts.run("release demo", &[RELEASE_BUILD], || demo::run(workspace));
    for example in examples::all(workspace)? {
        parts.run(&format!("example {example}"), &[RELEASE_BUILD], || examples::run(workspace, &example));
    }
    Ok(())
}
