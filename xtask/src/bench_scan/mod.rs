//! `cargo xtask bench scan`: a staged commit, a tree and a history, beside whichever other scanners are installed.
//!
//! Everything is made by the command itself, and the same every time, unless it is pointed at something else. The figures
//! that matter are ratios within one run.

mod labelled;
mod made;
mod measure;

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{bench, child, parts::say, workspace::Workspace};
use measure::Cost;

/// What to scan.
#[derive(Args)]
pub(crate) struct Options {
    /// A folder to scan instead of the one that is made
    #[arg(long, value_name = "FOLDER")]
    tree: Option<PathBuf>,
    /// A repository whose history is scanned instead of the one that is made
    #[arg(long, value_name = "FOLDER")]
    history: Option<PathBuf>,
    /// Only compare findings with the labels of a data set in the form of `CredData`: `meta/*.csv` and `data/`
    #[arg(long, value_name = "FOLDER")]
    labelled: Option<PathBuf>,
    /// How often each program runs
    #[arg(long, default_value_t = 10)]
    runs: usize,
    /// Use this binary instead of building one of the release profile
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
}

/// One program and how it is called.
struct Peer {
    name: &'static str,
    words: Vec<String>,
}

/// Measures, prints, and keeps the tables in the page.
pub(crate) fn run(options: &Options) -> Result<()> {
    let workspace = Workspace::find()?;
    let binary = match &options.binary {
        Some(binary) => binary.canonicalize().context("find the binary")?,
        None => built(&workspace)?,
    };
    let binary = binary.to_str().context("the path of the binary is no text")?;
    if let Some(folder) = &options.labelled {
        say(&labelled::table(binary, folder)?);
        return Ok(());
    }
    let folder = workspace.target.join("bench-scan");
    made::clean(&folder)?;
    let tree = options.tree.clone().map_or_else(|| made::tree(&folder), Ok)?;
    let history = options.history.clone().map_or_else(|| made::history(&folder), Ok)?;
    let (staged, blocked) = (made::staged(&folder)?, made::blocked(&folder, binary)?);
    let mut tables = String::new();
    let parts = [
        ("A staged commit of 5 files and 200 lines", &staged, staged_peers(binary)),
        ("A commit with a key in it, which the hook blocks", &blocked, blocked_peers(binary)),
        ("A source tree", &tree, tree_peers(binary)),
        ("A full history", &history, history_peers(binary)),
    ];
    for (title, place, peers) in parts {
        let table = table(title, place, &peers, options.runs)?;
        say(&table);
        let _ = writeln!(tables, "{table}");
    }
    if options.tree.is_some() || options.history.is_some() || options.binary.is_some() {
        say("something was given, so the page is unchanged");
        return Ok(());
    }
    bench::keep(&workspace, "scan", &tables)
}

fn built(workspace: &Workspace) -> Result<PathBuf> {
    child::run(&mut child::cargo(&workspace.root, ["build", "--release", "-p", "keybaton"]))?;
    Ok(workspace.release("keybaton"))
}

fn peer(name: &'static str, line: &str) -> Peer {
    Peer { name, words: line.split(' ').map(str::to_owned).collect() }
}

fn ours(binary: &str, words: &[&str]) -> Peer {
    Peer { name: "keybaton", words: std::iter::once(binary).chain(words.iter().copied()).map(str::to_owned).collect() }
}

fn staged_peers(binary: &str) -> Vec<Peer> {
    vec![
        peer("git diff --cached -U0", "git diff --cached -U0"),
        ours(binary, &["scan", "--staged"]),
        peer("gitleaks", "gitleaks git --pre-commit --staged --no-banner ."),
        peer("kingfisher", "kingfisher scan . --staged --no-validate --no-update-check --quiet"),
    ]
}

fn blocked_peers(binary: &str) -> Vec<Peer> {
    vec![
        peer("git commit --dry-run", "git commit --dry-run"),
        Peer { name: "keybaton hook run", ..ours(binary, &["hook", "run", "pre-commit"]) },
        peer("git commit with the hook", "git -c user.name=a -c user.email=a@example.org commit -q -m key"),
    ]
}

fn tree_peers(binary: &str) -> Vec<Peer> {
    vec![
        peer("reading every file", "grep -rq --binary-files=text $^ ."),
        ours(binary, &["scan", "."]),
        peer("gitleaks", "gitleaks dir --no-banner ."),
        peer("kingfisher", "kingfisher scan . --git-history none --no-validate --no-update-check --quiet"),
        peer("ripsecrets", "ripsecrets ."),
    ]
}

fn history_peers(binary: &str) -> Vec<Peer> {
    vec![
        peer("git log -p -U0 --all", "git --no-pager log -p -U0 --all"),
        ours(binary, &["scan", "--history", "--no-cache"]),
        Peer { name: "keybaton, once more", ..ours(binary, &["scan", "--history"]) },
        peer("gitleaks", "gitleaks git --no-banner ."),
        peer("kingfisher", "kingfisher scan . --no-validate --no-update-check --quiet"),
    ]
}

/// Runs every program that is installed; the first one is what the others are compared with.
fn table(title: &str, place: &Path, peers: &[Peer], runs: usize) -> Result<String> {
    let mut table = format!(
        "{title}:\n\n| program | wall, ms (median) | CPU, ms (mean) | memory, MB (most) | of it no files, MB | wall, times the first |\n\
         |---|---:|---:|---:|---:|---:|\n"
    );
    let mut first = None;
    for peer in peers.iter().filter(|peer| is_installed(&peer.words[0])) {
        let cost = measure::cost(|| command(peer, place), runs).with_context(|| format!("measure {}", peer.name))?;
        let base: &Cost = first.get_or_insert_with(|| cost.clone());
        let times = cost.wall.as_secs_f64() / base.wall.as_secs_f64().max(f64::EPSILON);
        let (wall, cpu) = (cost.wall.as_secs_f64() * 1e3, cost.cpu.as_secs_f64() * 1e3);
        let (all, own) = (cost.memory.all_kib / 1024, cost.memory.own_kib / 1024);
        let _ = writeln!(table, "| {} | {wall:.1} | {cpu:.1} | {all} | {own} | {times:.2} |", peer.name);
    }
    Ok(table)
}

fn command(peer: &Peer, place: &Path) -> Command {
    let mut command = Command::new(&peer.words[0]);
    command.args(&peer.words[1..]).current_dir(place);
    command
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    Path::new(program).is_file() || std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Runs git where something is made.
fn git(folder: &Path, words: &[&str]) -> Result<()> {
    let mut command = Command::new("git");
    command.current_dir(folder).args(["-c", "user.name=Bench", "-c", "user.email=bench@example.org"]).args(words);
    let output = command.output().context("start git")?;
    if !output.status.success() {
        bail!("git {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
