//! `cargo xtask bench`: measures rotations, rollbacks, cached reads, agents and vaults, and keeps the last tables in
//! `docs/benchmarks.md`, with the machine named.

use std::fs;

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};

use crate::{bench_scan, child, page, parts::say, workspace::Workspace};

const PAGE: &str = "docs/benchmarks.md";

/// The page, where there is none yet.
const EMPTY: &str = "# Benchmarks\n\n`cargo xtask bench` measures and replaces the table below.\n\n\
    <!-- rotation: begin -->\n<!-- rotation: end -->\n\n\
    <!-- rollback: begin -->\n<!-- rollback: end -->\n\n<!-- client: begin -->\n<!-- client: end -->\n\n\
    <!-- push: begin -->\n<!-- push: end -->\n\n\
    <!-- agent: begin -->\n<!-- agent: end -->\n\n\
    <!-- vault: begin -->\n<!-- vault: end -->\n\n\
    <!-- scan: begin -->\n<!-- scan: end -->\n";

/// The benchmarks: the section of the page, the package, its benchmark.
const TABLES: [(&str, &str, &str); 6] = [
    ("rotation", "keybaton", "rotation"),
    ROLLBACK,
    ("client", "keybaton-client", "cached_read"),
    ("push", "keybaton-server", "push"),
    AGENT,
    VAULT,
];

/// How soon bad keys are taken back, in simulated time.
const ROLLBACK: (&str, &str, &str) = ("rollback", "keybaton-engine", "rollback");

/// What an agent costs beside a bare server that answers the same.
const AGENT: (&str, &str, &str) = ("agent", "keybaton-agent", "read");

/// What a publication and a read cost in each vault, beside the request that anybody would send to its server.
const VAULT: (&str, &str, &str) = ("vault", "keybaton", "vault");

/// What is measured.
#[derive(Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: Option<What>,
}

#[derive(Subcommand)]
enum What {
    /// Measure rotations, rollbacks, cached reads, agents and vaults (what happens without a word)
    Engine,
    /// Measure how soon a bad key is taken back, and whether a good one ever is
    Rollback,
    /// Measure reads through an agent, beside a bare server that answers the same
    Agent,
    /// Measure publishing and reading in every vault whose server is here, beside a raw client
    Vaults,
    /// Measure scans of a staged commit, a tree and a history, beside other scanners that are installed
    Scan(bench_scan::Options),
}

/// Measures what was asked for.
pub(crate) fn run(options: &Options) -> Result<()> {
    match &options.what {
        Some(What::Engine) | None => tables(),
        Some(What::Rollback) => measure(&Workspace::find()?, ROLLBACK),
        Some(What::Agent) => measure(&Workspace::find()?, AGENT),
        Some(What::Vaults) => measure(&Workspace::find()?, VAULT),
        Some(What::Scan(options)) => bench_scan::run(options),
    }
}

/// Runs the benchmarks, whose stdouts are Markdown tables, and writes them into the page.
fn tables() -> Result<()> {
    let workspace = Workspace::find()?;
    TABLES.into_iter().try_for_each(|table| measure(&workspace, table))
}

fn measure(workspace: &Workspace, (section, package, bench): (&str, &str, &str)) -> Result<()> {
    let mut command = child::cargo(&workspace.root, ["bench", "-p", package, "--bench", bench]);
    let (table, succeeded) = child::capture(&mut command)?;
    say(table.trim_end());
    if !succeeded {
        bail!("`{}` failed; {PAGE} is unchanged", child::line(&command));
    }
    keep(workspace, section, &table)
}

/// Writes the tables of a section into the page, with the machine named.
pub(crate) fn keep(workspace: &Workspace, section: &str, tables: &str) -> Result<()> {
    let path = workspace.path(PAGE);
    let old = if path.exists() { fs::read_to_string(&path).context("read the page")? } else { EMPTY.to_owned() };
    let body = format!("{}\n\n{}", machine(workspace)?, tables.trim());
    fs::write(&path, page::replace(&page::with_room(old, section), section, &body)?)
        .with_context(|| format!("write {PAGE}"))
}

/// One sentence about the machine and the day.
fn machine(workspace: &Workspace) -> Result<String> {
    let info = fs::read_to_string("/proc/cpuinfo").context("read /proc/cpuinfo")?;
    let cores = std::thread::available_parallelism().context("count the cores")?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").context("read the kernel's release")?;
    let (date, _) = child::capture(child::program(&workspace.root, "date").args(["-u", "+%Y-%m-%d"]))?;
    let (cpu, kernel, date) = (cpu(&info), kernel.trim(), date.trim());
    Ok(format!("Measured on {date}: {cpu}, cores in use: {cores}, Linux {kernel}."))
}

fn cpu(info: &str) -> &str {
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or("unknown processor", |(_, name)| name.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_is_named() {
        assert_eq!(cpu("processor\t: 0\nmodel name\t: Some CPU @ 2.00GHz\n"), "Some CPU @ 2.00GHz");
        assert_eq!(cpu(""), "unknown processor");
    }

    #[test]
    fn a_new_page_has_room_for_every_table() {
        for (section, _, _) in TABLES {
            assert!(page::replace(EMPTY, section, "| a |").unwrap().contains("| a |"));
        }
    }
}
