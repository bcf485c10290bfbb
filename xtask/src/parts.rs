//! The parts of a test run: each is timed, a failed one stops only what needs it, and the table comes last.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::span;

/// What a failed part does to the parts after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnFailure {
    /// Those that do not need it still run.
    GoOn,
    /// None of them runs.
    Stop,
}

/// The parts that ran so far.
pub(crate) struct Parts {
    rule: OnFailure,
    rows: Vec<Row>,
}

struct Row {
    name: String,
    result: Outcome,
    took: Duration,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
}

impl Parts {
    /// None yet.
    pub(crate) fn new(rule: OnFailure) -> Self {
        Self { rule, rows: Vec::new() }
    }

    /// Runs one part, unless a part that it needs did not pass.
    pub(crate) fn run(&mut self, name: &str, needs: &[&str], work: impl FnOnce() -> Result<()>) {
        let started = Instant::now();
        let result = match self.obstacle(needs) {
            Some(obstacle) => Outcome::Skipped(obstacle),
            None => attempt(name, work),
        };
        self.rows.push(Row { name: name.to_owned(), result, took: started.elapsed() });
    }

    /// Whether no part failed; nothing is skipped without a failure.
    pub(crate) fn passed(&self) -> bool {
        self.rows.iter().all(|row| row.result == Outcome::Passed)
    }

    /// The table of all parts.
    pub(crate) fn table(&self) -> String {
        let width = self.rows.iter().map(|row| row.name.len()).max().unwrap_or(0).max("total".len());
        let mut table = String::new();
        for row in &self.rows {
            let _ = writeln!(table, "{:width$}  {:>12}  {}", row.name, span::words(row.took), row.result.words());
        }
        let took: Duration = self.rows.iter().map(|row| row.took).sum();
        let word = if self.passed() { "ok" } else { "FAILED" };
        let _ = writeln!(table, "{:width$}  {:>12}  {word}", "total", span::words(took));
        table
    }

    fn obstacle(&self, needs: &[&str]) -> Option<String> {
        let missing = self.rows.iter().find(|row| {
            let is_needed = needs.contains(&row.name.as_str()) || self.rule == OnFailure::Stop;
            is_needed && row.result != Outcome::Passed
        })?;
        Some(missing.name.clone())
    }
}

impl Outcome {
    fn words(&self) -> String {
        match self {
            Self::Passed => "ok".to_owned(),
            Self::Failed(why) => format!("FAILED: {why}"),
            Self::Skipped(needed) => format!("not run, because of: {needed}"),
        }
    }
}

fn attempt(name: &str, work: impl FnOnce() -> Result<()>) -> Outcome {
    say(&format!("\n== {name}"));
    match work() {
        Ok(()) => Outcome::Passed,
        Err(error) => {
            let why = format!("{error:#}");
            say(&format!("== {name} failed: {why}"));
            Outcome::Failed(why.lines().next().unwrap_or_default().to_owned())
        }
    }
}

/// Prints one line.
#[expect(clippy::print_stdout, reason = "this is what the command is for, and the one place that prints")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    fn after_a_failure(rule: OnFailure) -> Vec<(String, bool)> {
        let mut parts = Parts::new(rule);
        parts.run("build", &[], || bail!("no"));
        parts.run("tests", &["build"], || Ok(()));
        parts.run("format", &[], || Ok(()));
        assert!(!parts.passed());
        parts.rows.iter().map(|row| (row.name.clone(), row.result == Outcome::Passed)).collect()
    }

    #[test]
    fn a_failed_part_stops_only_what_needs_it() {
        let ran = after_a_failure(OnFailure::GoOn);
        assert_eq!(ran, [("build", false), ("tests", false), ("format", true)].map(|(n, p)| (n.to_owned(), p)));
    }

    #[test]
    fn fail_fast_stops_everything() {
        assert!(after_a_failure(OnFailure::Stop).iter().all(|(_, passed)| !passed));
    }
}
