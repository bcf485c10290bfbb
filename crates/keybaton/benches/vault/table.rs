//! The tables that are printed.

use std::io::Write as _;

use crate::Outcome;
use crate::embedded::{Beside, Embedded};
use crate::race::{Cost, Row};

/// Prints everything as Markdown.
pub(crate) fn print(embedded: &Embedded, rows: &[Row]) -> Outcome<()> {
    let mut lines = far(rows);
    lines.push(String::new());
    lines.extend(near(embedded));
    Ok(writeln!(std::io::stdout(), "{}", lines.join("\n"))?)
}

fn far(rows: &[Row]) -> Vec<String> {
    let head = [
        "vault",
        "server",
        "what",
        "requests",
        "raw requests",
        "keybaton, ms",
        "raw, ms",
        "raw with a connection each, ms",
        "keybaton ÷ raw",
        "keybaton ÷ raw with a connection each",
    ];
    let mut lines = vec![format!("| {} |", head.join(" | ")), format!("|---|---|---|{}", "---:|".repeat(7))];
    for Row { connector, server, publish, read } in rows {
        for (what, cost) in [("publish", publish), ("read", read)] {
            lines.push(format!("| `{connector}` | {server} | {what} | {} |", cells(cost)));
        }
    }
    lines
}

fn cells(Cost { requests: [ours, raw], millis: [keybaton, kept, each], times: [to_kept, to_each] }: &Cost) -> String {
    format!("{ours} | {raw} | {keybaton:.2} | {kept:.2} | {each:.2} | {to_kept:.1} | {to_each:.1}")
}

fn near(Embedded { publish, read }: &Embedded) -> Vec<String> {
    let row = |what: &str, beside: &str, Beside { ours, disk, times }: &Beside| {
        format!("| {what} | {ours:.3} | {beside} | {disk:.3} | {times:.1} |")
    };
    vec![
        "| the vault in the ledger | ms | beside it, on the disk | ms | times |".to_owned(),
        "|---|---:|---|---:|---:|".to_owned(),
        row("publish: one commit", "append 4 KiB and fsync", publish),
        row("read: which version is served", "read 4 KiB that were just written", read),
    ]
}
