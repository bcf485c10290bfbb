//! The tables that are printed.

use std::io::Write as _;

use crate::{
    Outcome,
    alone::Alone,
    many::Many,
    spread::{Spread, count, millis},
};

/// Prints everything as Markdown.
pub(crate) fn print(mut disk: Spread, alone: Alone, many: &mut [Many]) -> Outcome<()> {
    let fsync = disk.of_three();
    let mut lines = single(fsync, alone);
    lines.push(String::new());
    lines.extend(at_once(fsync[1], many));
    Ok(writeln!(std::io::stdout(), "{}", lines.join("\n"))?)
}

fn single([least, fsync, most]: [f64; 3], mut alone: Alone) -> Vec<String> {
    let durable = alone.durable.of_three();
    vec![
        format!("One secret, {} rotations one after the other:", crate::ALONE),
        String::new(),
        "| what | min | median | max | bar |".to_owned(),
        "|---|---:|---:|---:|---|".to_owned(),
        row("commits of a rotation", alone.commits.of_three(), 0, "at most 14"),
        row("CPU of a commit, ms", alone.cpu.of_three(), 3, "below 0.3"),
        row("CPU of a rotation, ms", alone.whole.of_three(), 2, ""),
        row("the disk's own: append 4 KiB and fsync, ms", [least, fsync, most], 3, ""),
        row("making a commit durable, ms", durable, 3, ""),
        row("making a commit durable, in fsyncs (medians)", [f64::NAN, durable[1] / fsync, f64::NAN], 2, ""),
        row("CPU of a commit, in fsyncs (medians)", [f64::NAN, alone.cpu.of_three()[1] / fsync, f64::NAN], 2, ""),
    ]
}

fn at_once(fsync: f64, many: &mut [Many]) -> Vec<String> {
    let head = ["secrets at once", "wall, s", "CPU, s", "commits", "commits each", "commits/s", "CPU of a commit, ms"];
    let more = ["making a commit durable, ms (median)", "wall of a commit, in fsyncs"];
    let mut lines = vec![
        "Many secrets in one state database, rotated by the service at once:".to_owned(),
        String::new(),
        format!("| {} |", head.into_iter().chain(more).collect::<Vec<_>>().join(" | ")),
        format!("|{}", "---:|".repeat(head.len() + more.len())),
    ];
    lines.extend(many.iter_mut().map(|many| crowd(fsync, many)));
    lines
}

fn crowd(fsync: f64, many: &mut Many) -> String {
    let (wall, cpu, commits) = (millis(many.wall), millis(many.cpu), count(many.commits));
    let secrets = count(u64::try_from(many.secrets).unwrap_or(u64::MAX));
    format!(
        "| {} | {:.2} | {:.2} | {} | {:.1} | {:.0} | {:.3} | {:.3} | {:.2} |",
        many.secrets,
        wall / 1e3,
        cpu / 1e3,
        many.commits,
        commits / secrets,
        commits / wall * 1e3,
        cpu / commits,
        many.durable.of_three()[1],
        wall / commits / fsync,
    )
}

fn row(what: &str, three: [f64; 3], digits: usize, bar: &str) -> String {
    let cell = |value: f64| if value.is_nan() { String::new() } else { format!("{value:.digits$}") };
    let [least, middle, most] = three.map(cell);
    format!("| {what} | {least} | {middle} | {most} | {bar} |")
}
