//! The first page of help: every command with its line, under the headings of a day's work. clap knows one list only.

use std::fmt::Write as _;

use anstyle::Style;
use clap::Command;

/// The widest line of any help, in characters.
pub(super) const WIDEST: usize = 100;

/// The headings, and what stands under each, in this order. A name that no command has is left out, so that a page of
/// one version never speaks of a command of another.
const HEADINGS: [(&str, &[&str]); 5] = [
    ("Start", &["demo", "init", "dev"]),
    (
        "Everyday",
        &[
            "status",
            "adopt",
            "plan",
            "rotate",
            "rollback",
            "revoke",
            "pause",
            "resume",
            "explain",
            "check",
            "history",
            "consumers",
        ],
    ),
    ("Use a secret", &["get", "run", "agent"]),
    ("Safety", &["scan", "hook", "doctor", "needs-rotation", "audit"]),
    ("Operate", &["serve", "tick", "config", "connector", "alert", "token", "state", "completions", "man"]),
];

/// What to type, for commands whose flags do not say enough.
const EXAMPLES: [(&str, &str); 13] = [
    ("status", "keybaton status\n  keybaton status --check --json"),
    (
        "adopt",
        "keybaton adopt payments/prod --id key_1 < FILE\n  keybaton adopt payments/prod --id key_1 --from env:OLD_KEY",
    ),
    ("plan", "keybaton plan payments/prod"),
    (
        "rotate",
        "keybaton rotate payments/prod --wait\n  keybaton rotate payments/prod --wait=2h --yes\n  \
         keybaton rotate payments/prod --reason leaked",
    ),
    ("rollback", "keybaton rollback payments/prod --wait"),
    ("revoke", "keybaton revoke payments/prod --version 3"),
    ("explain", "keybaton explain payments/prod"),
    ("check", "keybaton check payments/prod\n  keybaton check payments/prod --json"),
    ("consumers", "keybaton consumers list payments/prod\n  keybaton consumers ack payments/prod billing"),
    ("get", "keybaton get payments/prod --reveal"),
    (
        "audit",
        "keybaton audit tail\n  keybaton audit verify\n  keybaton audit export > audit.jsonl\n  keybaton audit verify --file audit.jsonl",
    ),
    ("serve", "keybaton serve\n  keybaton --config /etc/keybaton/keybaton.toml serve"),
    ("tick", "keybaton tick --json"),
];

/// What a command that stands under no heading is listed under.
const REST: &str = "More";

const HEAD: Style = Style::new().bold().underline();
const NAME: Style = Style::new().bold();

/// The commands with the first page arranged by headings.
pub(super) fn arranged(command: Command) -> Command {
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)).or_else(columns);
    let list = list(&command, width.filter(|width| *width > 0).unwrap_or(WIDEST).min(WIDEST));
    let command = EXAMPLES.iter().fold(command, |command, (name, lines)| {
        let examples = format!("{HEAD}Examples:{HEAD:#}\n  {lines}");
        // One that another file gives stays.
        let add = |below: Command| if below.get_after_help().is_some() { below } else { below.after_help(examples) };
        if command.find_subcommand(name).is_some() { command.mut_subcommand(name, add) } else { command }
    });
    let options = format!("{HEAD}Options:{HEAD:#}");
    command.help_template(format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{list}{options}\n{{options}}{{after-help}}"
    ))
}

/// The width that somebody states who has no terminal.
fn columns() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}

fn list(command: &Command, width: usize) -> String {
    let shown: Vec<&Command> = command.get_subcommands().filter(|below| !below.is_hide_set()).collect();
    let column = shown.iter().map(|below| below.get_name().len()).max().unwrap_or_default() + 4;
    let listed = |name: &str| HEADINGS.iter().any(|(_, names)| names.contains(&name));
    let mut text = String::new();
    for (heading, names) in HEADINGS {
        let below = names.iter().filter_map(|name| shown.iter().copied().find(|below| below.get_name() == *name));
        section(&mut text, heading, below, (column, width));
    }
    section(&mut text, REST, shown.iter().copied().filter(|below| !listed(below.get_name())), (column, width));
    text
}

fn section<'a>(text: &mut String, heading: &str, commands: impl Iterator<Item = &'a Command>, sizes: (usize, usize)) {
    let (column, width) = sizes;
    let mut commands = commands.peekable();
    if commands.peek().is_none() {
        return;
    }
    let _ = writeln!(text, "{HEAD}{heading}:{HEAD:#}");
    for command in commands {
        let name = command.get_name();
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let gap = " ".repeat(column.saturating_sub(name.len() + 2));
        let lines = wrapped(&about, width.saturating_sub(column).max(16)).join(&format!("\n{}", " ".repeat(column)));
        let _ = writeln!(text, "  {NAME}{name}{NAME:#}{gap}{lines}");
    }
    text.push('\n');
}

/// Breaks a text between words into lines of at most `width` characters; a longer word has a line of its own.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last().map_or(0, |line| line.chars().count());
        if last > 0 && last + 1 + word.chars().count() > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn every_command_stands_under_a_heading_of_its_own() {
        let command = super::super::Cli::command();
        let list = list(&command, WIDEST);
        for below in command.get_subcommands().filter(|below| !below.is_hide_set()) {
            let name = below.get_name();
            let times = HEADINGS.iter().flat_map(|(_, names)| names.iter()).filter(|known| **known == name).count();
            assert_eq!(times, 1, "{name} belongs under one heading in cli/help.rs");
        }
        assert!(!list.contains(REST), "{list}");
    }

    #[test]
    fn every_example_is_understood() {
        for (name, lines) in EXAMPLES {
            for line in lines.lines().map(|line| line.split(['<', '>']).next().unwrap_or(line)) {
                let typed = super::super::Cli::arranged().try_get_matches_from(line.split_whitespace());
                assert!(typed.is_ok(), "{name}: {line}: {}", typed.unwrap_err());
            }
        }
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("unbreakable", 4), ["unbreakable"]);
        assert_eq!(wrapped("", 4), [""]);
    }
}
