//! The tables that are printed.

use std::{io::Write as _, time::Duration};

use crate::{Outcome, bad::Spans, good::Tally, stage::EVERY, traffic::NOISE};

/// Prints everything as Markdown.
pub(crate) fn print(told: &Spans, probed: &Spans, good: &Tally) -> Outcome<()> {
    let mut lines = vec![
        format!(
            "From the first refusal to the old key being served again, {} bad rotations of each kind, looked at every {} s:",
            told.count(),
            EVERY.as_secs()
        ),
        String::new(),
        "| noticed by | min, s | median, s | p99, s | max, s | bar |".to_owned(),
        "|---|---:|---:|---:|---:|---|".to_owned(),
        row("clients that report, and the probe", told, Duration::from_secs(5))?,
        row("the probe alone", probed, EVERY + Duration::from_secs(5))?,
        String::new(),
    ];
    lines.push(format!("Good rotations while {NOISE} % of all calls are refused for other reasons:"));
    lines.push(String::new());
    lines.push("| rotations | calls | refused | in a storm | held | taken back | bar |".to_owned());
    lines.push("|---:|---:|---:|---:|---:|---:|---|".to_owned());
    let Tally { rotations, calls, refused, stormy, held, rolled_back } = good;
    lines.push(format!("| {rotations} | {calls} | {refused} | {stormy} | {held} | {rolled_back} | 0 taken back |"));
    Ok(writeln!(std::io::stdout(), "{}", lines.join("\n"))?)
}

fn row(what: &str, spans: &Spans, bar: Duration) -> Outcome<String> {
    let four = spans.of_four().ok_or("nothing was measured")?;
    let [least, middle, most, all] = four.map(|span| format!("{:.2}", span.as_secs_f64()));
    Ok(format!("| {what} | {least} | {middle} | {most} | {all} | under {} |", bar.as_secs()))
}
