//! Printing: data goes to stdout, words go to stderr.

mod fitted;
mod flowing;

use std::{
    ffi::OsString,
    io::{IsTerminal as _, Write as _},
};

use anstyle::{AnsiColor, Style};
use keybaton_ports::Failure;
use serde::Serialize;

pub(crate) use self::{
    fitted::fitted,
    flowing::{beside, flowing},
};
use crate::cli::{ColorChoice, Global, help::wrapped};

const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default();
const DIM: Style = Style::new().dimmed();
const HINT: Style = AnsiColor::Cyan.on_default();

/// Where a command prints.
pub(crate) struct Report {
    pub(crate) json: bool,
    pub(crate) input: Input,
    color: anstream::ColorChoice,
}

/// Whether a person can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// There is a terminal and nobody forbade it.
    Terminal,
    /// There is none.
    None,
}

/// How an answer looks: colour is decoration, the glyph and the word carry the meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Done.
    Good,
    /// Going on.
    Busy,
    /// Not done.
    Bad,
}

impl Report {
    pub(crate) fn new(global: &Global) -> Self {
        let color = match global.color {
            ColorChoice::Always => anstream::ColorChoice::Always,
            ColorChoice::Never => anstream::ColorChoice::Never,
            ColorChoice::Auto => anstream::ColorChoice::Auto,
        };
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        let input = if terminal && !global.no_input { Input::Terminal } else { Input::None };
        Self { json: global.json, input, color }
    }

    /// The same, for a part of a command whose document is not printed.
    pub(crate) fn without_documents(&self) -> Self {
        Self { json: false, ..*self }
    }

    /// For what goes wrong before the flags are understood: only colour is looked for among the words.
    pub(crate) fn early(words: &[OsString]) -> Self {
        let is = |when: &str| {
            let pair = words.windows(2).any(|pair| pair == ["--color", when]);
            pair || words.iter().any(|word| *word == *format!("--color={when}"))
        };
        let color = match (is("always"), is("never")) {
            (true, _) => anstream::ColorChoice::Always,
            (false, true) => anstream::ColorChoice::Never,
            (false, false) => anstream::ColorChoice::Auto,
        };
        Self { json: false, input: Input::None, color }
    }

    /// Prints data. A reader that has gone away is no error of ours.
    pub(crate) fn data(&self, text: &str) {
        let mut out = anstream::AutoStream::new(std::io::stdout(), self.color);
        let _ = writeln!(out, "{text}");
    }

    /// Prints one JSON document.
    pub(crate) fn document(&self, document: &impl Serialize) {
        match serde_json::to_string(document) {
            Ok(text) => {
                let mut out = std::io::stdout();
                let _ = writeln!(out, "{text}");
            }
            Err(error) => self.words(&format!("error: the document could not be written: {error}")),
        }
    }

    /// Prints words.
    pub(crate) fn words(&self, text: &str) {
        let mut out = anstream::AutoStream::new(std::io::stderr(), self.color);
        let _ = writeln!(out, "{text}");
    }

    /// Prints one step of something that takes a while.
    pub(crate) fn step(&self, tone: Tone, head: &str, text: &str) {
        let (style, glyph) = match tone {
            Tone::Good => (GOOD, "✓"),
            Tone::Busy => (HINT, "●"),
            Tone::Bad => (BAD, "✗"),
        };
        self.words(&format!(" {style}{glyph}{style:#} {head:<16} {text}"));
    }

    /// Prints a hint.
    pub(crate) fn hint(&self, text: &str) {
        self.told(&format!("{HINT}hint:{HINT:#} "), text);
    }

    /// Prints a failure: what, why, what is safe now, what to do next.
    pub(crate) fn failure(&self, failure: &Failure) {
        self.told(&format!("{BAD}error:{BAD:#} "), &failure.what);
        for cause in failure.causes.iter().filter(|cause| !cause.is_empty()) {
            self.told(&format!("  {DIM}because:{DIM:#} "), cause);
        }
        if let Some(safe) = &failure.safe {
            self.told(&format!("  {GOOD}safe:{GOOD:#} "), safe);
        }
        if let Some(hint) = &failure.hint {
            self.hint(hint);
        }
    }

    /// Prints words behind their head, broken where the terminal is narrower.
    fn told(&self, head: &str, text: &str) {
        let width = terminal_size::terminal_size_of(std::io::stderr()).map(|(width, _)| usize::from(width.0));
        self.words(&beside(head, text, width.or_else(stated).filter(|width| *width > 0)));
    }

    /// Whether colour is wanted by a renderer that does it by itself.
    pub(crate) fn is_colored(&self) -> bool {
        match self.color {
            anstream::ColorChoice::Always | anstream::ColorChoice::AlwaysAnsi => true,
            anstream::ColorChoice::Never => false,
            anstream::ColorChoice::Auto => {
                anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never
            }
        }
    }

    /// Asks a question that is answered with a line; an empty one is the usual answer.
    pub(crate) fn answer(&self, question: &str, usual: &str) -> String {
        let mut out = anstream::AutoStream::new(std::io::stderr(), self.color);
        let _ = write!(out, "? {question} [{usual}] ");
        let _ = out.flush();
        let mut line = String::new();
        let _ = std::io::stdin().read_line(&mut line);
        let line = line.trim();
        if line.is_empty() { usual.to_owned() } else { line.to_owned() }
    }

    /// Asks for a line; whoever asks reads it.
    pub(crate) fn question(&self, question: &str) {
        let mut out = anstream::AutoStream::new(std::io::stderr(), self.color);
        let _ = write!(out, "? {question}: ");
        let _ = out.flush();
    }

    /// Asks a question that is answered with yes or no; no is the default.
    pub(crate) fn agrees(&self, question: &str) -> bool {
        let mut out = anstream::AutoStream::new(std::io::stderr(), self.color);
        let _ = write!(out, "? {question} (y/N) ");
        let _ = out.flush();
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line).is_ok();
        read && matches!(line.trim(), "y" | "Y" | "yes")
    }
}

/// How wide the terminal is that data goes to, or what `COLUMNS` says where there is none.
pub(crate) fn width() -> Option<usize> {
    let terminal = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
    terminal.or_else(stated).filter(|width| *width > 0)
}

/// What `COLUMNS` says.
fn stated() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}

/// Breaks a line between words; what follows the first line stands two further in than it.
pub(crate) fn hanging(text: &str, width: usize) -> Vec<String> {
    let indent = text.len() - text.trim_start().len();
    let lines = wrapped(text, width.saturating_sub(indent + 2).max(16));
    let mut gap = " ".repeat(indent);
    let mut hung = Vec::new();
    for line in lines {
        hung.push(format!("{gap}{line}"));
        gap = " ".repeat(indent + 2);
    }
    hung
}

/// Lays out rows under a head: every column as wide as its widest cell, but for the last.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(head.get(column).map(|h| h.chars().count())).max().unwrap_or(0)
    };
    let line = |cells: &[&str]| {
        let mut text = String::new();
        for (column, cell) in cells.iter().enumerate() {
            let gap =
                if column + 1 == cells.len() { 0 } else { (width(column) + 2).saturating_sub(cell.chars().count()) };
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', gap));
        }
        text.trim_end().to_owned()
    };
    let mut lines = vec![line(head)];
    lines.extend(rows.iter().map(|row| line(&row.iter().map(String::as_str).collect::<Vec<_>>())));
    lines.join("\n")
}
