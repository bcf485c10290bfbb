//! How a command ended: its exit code, its data and its words.

use std::process::Output;

use serde_json::Value;

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    line: String,
    code: Option<i32>,
    /// What it printed on stdout: data.
    pub(crate) out: String,
    /// What it printed on stderr: words.
    pub(crate) err: String,
}

impl Ended {
    pub(crate) fn new(line: &str, output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { line: line.to_owned(), code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The exit code; none after a signal.
    pub(crate) fn code(&self) -> Option<i32> {
        self.code
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.transcript());
        self
    }

    /// Asserts that the words contain each of these.
    #[track_caller]
    pub(crate) fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.err.contains(word), "no {word:?} in the words of\n{}", self.transcript());
        }
        self
    }

    /// Asserts that the data contains each of these.
    #[track_caller]
    pub(crate) fn prints(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.out.contains(word), "no {word:?} in the data of\n{}", self.transcript());
        }
        self
    }

    /// Asserts the layout of an error: what failed, what is safe now, one hint; and nothing on stdout.
    #[track_caller]
    pub(crate) fn explains(self) -> Self {
        for head in ["error: ", "  safe: ", "hint: "] {
            let lines = self.err.lines().filter(|line| line.starts_with(head)).count();
            assert_eq!(lines, 1, "{lines} lines begin with {head:?} in\n{}", self.transcript());
        }
        assert_eq!(self.out, "", "{}", self.transcript());
        self
    }

    /// Asserts that neither stream contains this.
    #[track_caller]
    pub(crate) fn hides(self, value: &str) -> Self {
        assert!(!self.out.contains(value) && !self.err.contains(value), "{}", self.transcript());
        self
    }

    /// The one JSON document on stdout.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in\n{}", self.transcript()))
    }

    /// Everything, for the message of a failure.
    pub(crate) fn transcript(&self) -> String {
        let Self { line, code, out, err } = self;
        format!("$ keybaton {line}\n--- stdout\n{out}--- stderr\n{err}--- exit {code:?}")
    }
}
