//! Findings for people: the place, what it is, the line with stars, and a caret.

use std::{collections::BTreeSet, fmt::Write as _};

use keybaton_scan::{Verdict, source::Cut};
use keybaton_types::document::Verified;

use super::{Found, Seen, exposure};
use crate::report::Report;

/// Prints every finding.
pub(super) fn print(report: &Report, seen: &Seen) {
    for found in &seen.found {
        report.data(block(found).trim_end());
    }
}

fn block(found: &Found) -> String {
    let finding = &found.finding;
    let path = finding.path.as_deref().map_or_else(|| "<stdin>".to_owned(), plain);
    let (line, column) = (finding.line, finding.column);
    let mut block = format!("{path}:{line}:{column}: {} [{}]", plain(&found.title), plain(&finding.rule));
    match found.verdict {
        Verdict::Malformed => block.push_str(", malformed: its checksum is wrong"),
        Verdict::Proven if finding.managed.is_none() => block.push_str(", its checksum is right"),
        Verdict::Likely | Verdict::Proven => {}
    }
    if let Some(managed) = &finding.managed {
        let state = if managed.valid { "still valid" } else { "no longer valid" };
        let _ = write!(block, "\n  it is {}/{} version {}, {state}", managed.secret, managed.env, managed.version);
    }
    if let Some(verified) = finding.verified {
        let _ = write!(block, "\n  {}", answer(verified));
    }
    if let Some(birth) = &found.birth {
        let _ = write!(block, "\n  since {}", exposure::words(birth, exposure::now()));
    }
    let number = line.to_string();
    let gap = " ".repeat(number.len());
    let shown = &found.shown;
    let _ = write!(block, "\n  {number} | {}{}{}", shown.before, finding.masked, shown.after);
    let (indent, width) = (shown.before.chars().count(), finding.masked.chars().count());
    let _ = write!(block, "\n  {gap} | {}{}", " ".repeat(indent), "^".repeat(width));
    block
}

/// What the endpoint of a rule said.
fn answer(verified: Verified) -> &'static str {
    match verified {
        Verified::Works => "it works: its endpoint accepts it",
        Verified::Refused => "its endpoint refuses it",
        Verified::Unknown => "it is not known whether it works",
    }
}

/// What was read and found, in a line.
pub(super) fn summary(seen: &Seen) -> String {
    let found = match seen.found.len() {
        0 => "no finding".to_owned(),
        1 => "1 finding".to_owned(),
        count => format!("{count} findings"),
    };
    let files = if seen.files == 1 { "1 file".to_owned() } else { format!("{} files", seen.files) };
    let known = match seen.known {
        0 => String::new(),
        known => format!("; {known} objects were read by an earlier scan"),
    };
    format!("{found} in {files}, {} read{known}", size(seen.bytes))
}

/// What was read only in part.
pub(super) fn cut(cut: &Cut) -> Option<String> {
    let mut names: Vec<String> = cut.first.iter().map(|path| plain(&path.to_string_lossy())).collect();
    let more = cut.count.saturating_sub(names.len() as u64);
    if more > 0 && !names.is_empty() {
        names.push(format!("{more} more"));
    }
    let names = if names.is_empty() { String::new() } else { format!(": {}", names.join(", ")) };
    match cut.count {
        0 => None,
        1 => Some(format!("1 file is no text, and only its first MiB was read{names}")),
        count => Some(format!("{count} files are no text, and only their first MiB was read{names}")),
    }
}

fn size(bytes: u64) -> String {
    let units = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)];
    match units.into_iter().find(|(_, unit)| bytes >= *unit) {
        Some((name, unit)) => format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit),
        None => format!("{bytes} bytes"),
    }
}

/// What to do about the findings.
pub(super) fn hint(seen: &Seen) -> String {
    let managed = || seen.found.iter().filter_map(|found| found.finding.managed.as_ref());
    let working: BTreeSet<String> = managed()
        .filter(|key| key.valid)
        .map(|key| format!("`keybaton rotate {}/{} --reason leaked`", key.secret, key.env))
        .collect();
    if !working.is_empty() {
        let commands = working.into_iter().collect::<Vec<_>>().join(", ");
        return format!("a key that has leaked is replaced, not only taken out: {commands}");
    }
    let hint = if managed().next().is_some() && managed().count() == seen.found.len() {
        "the key is over; take it out, so that nobody looks at it again"
    } else {
        "take the value out; if anybody has seen it, hand the key over and replace it: `keybaton adopt NAME/ENV --id ID`"
    };
    hint.to_owned()
}

/// A text from somewhere else, without what a terminal would obey.
pub(super) fn plain(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c == '\t' {
                ' '
            } else if c.is_control() {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}
