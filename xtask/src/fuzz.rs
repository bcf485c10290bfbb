//! `cargo xtask fuzz`: every target of `fuzz/`, led by coverage, for a few seconds each.
//!
//! The stable compiler can mark what was reached, so nothing but the toolchain is needed. What a run learns stays below
//! the build's own folder and the next one starts from it; an input that breaks something is kept there too.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{child, parts::say, workspace::Workspace};

/// What to look at, and for how long.
#[derive(Args)]
pub(crate) struct Options {
    /// Only this target
    target: Option<String>,
    /// Seconds for each target
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// Run one kept input again and stop
    #[arg(long, requires = "target")]
    replay: Option<std::path::PathBuf>,
}

/// Marks every edge that was reached, and every comparison with its operands.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
                     -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// The longest input, in bytes, and the longest that one may take, in seconds.
const LIMITS: [&str; 3] = ["-max_len=8192", "-timeout=10", "-rss_limit_mb=2048"];

/// Builds the targets and runs them one after the other.
pub(crate) fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::find()?;
    let targets = targets(&workspace, options)?;
    let machine = host(&workspace)?;
    let built = workspace.target.join("fuzz");
    build(&workspace, &machine, &built)?;
    for target in &targets {
        let binary = built.join(&machine).join("release").join(target);
        match &options.replay {
            Some(input) => child::run(child::program(&workspace.root, &binary).arg(input))?,
            None => explore(&workspace, &binary, target, options.seconds)?,
        }
    }
    say(&format!("{} targets, nothing broke", targets.len()));
    Ok(())
}

/// The targets by the files that they are.
fn targets(workspace: &Workspace, options: &Options) -> Result<Vec<String>> {
    let files = fs::read_dir(workspace.path("fuzz/targets")).context("read fuzz/targets")?;
    let mut names: Vec<String> = files
        .filter_map(|file| Some(file.ok()?.path().file_stem()?.to_str()?.to_owned()))
        .filter(|name| options.target.as_ref().is_none_or(|only| only == name))
        .collect();
    names.sort();
    match (names.is_empty(), &options.target) {
        (true, Some(only)) => bail!("there is no fuzz/targets/{only}.rs"),
        (true, None) => bail!("there is no target in fuzz/targets"),
        (false, _) => Ok(names),
    }
}

/// The machine's own target triple. It is named, so that build scripts and macros are not instrumented.
fn host(workspace: &Workspace) -> Result<String> {
    let (text, _) = child::capture(child::program(&workspace.root, "rustc").arg("-vV"))?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned);
    host.context("rustc names no host")
}

fn build(workspace: &Workspace, machine: &str, folder: &Path) -> Result<()> {
    let mut build = child::cargo(&workspace.path("fuzz"), ["build", "--locked", "--release", "--target", machine]);
    child::run(build.arg("--target-dir").arg(folder).env("RUSTFLAGS", FLAGS))
}

fn explore(workspace: &Workspace, binary: &Path, target: &str, seconds: u32) -> Result<()> {
    say(&format!("\n== fuzz {target}, {seconds} s"));
    let corpus = workspace.target.join("fuzz-corpus").join(target);
    let kept = workspace.target.join("fuzz-broken").join(target);
    for folder in [&corpus, &kept] {
        fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
    }
    let mut fuzzer = child::program(&workspace.root, binary);
    fuzzer.args(LIMITS).arg(format!("-max_total_time={seconds}")).arg("-print_final_stats=1").arg("-verbosity=0");
    fuzzer.arg(format!("-artifact_prefix={}/", kept.display()));
    fuzzer.arg(&corpus).arg(workspace.path("fuzz/seeds").join(target));
    child::run(&mut fuzzer).with_context(|| format!("an input broke {target}; it is kept in {}", kept.display()))
}
