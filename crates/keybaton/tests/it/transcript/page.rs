//! A transcript: read, played, compared.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{mask::masked, shape};
use crate::stage::{Ended, Keybaton};

/// Stands for what came when the command before it had the same answer.
const AGAIN: &str = "the same answer\n";

/// The commands of a transcript, and what is kept of them.
pub(super) struct Page {
    path: PathBuf,
    kept: String,
    steps: Vec<Step>,
}

/// A command, and the remarks above it.
struct Step {
    remarks: String,
    command: String,
}

impl Page {
    /// Reads a transcript by its name.
    pub(super) fn read(name: &str) -> Self {
        let path = folder().join(name).with_extension("txt");
        let kept = fs::read_to_string(&path).unwrap();
        let mut steps = Vec::new();
        let mut remarks = String::new();
        for line in kept.lines() {
            if line.starts_with('#') {
                remarks.extend([line, "\n"]);
            } else if let Some(command) = line.strip_prefix("$ ") {
                steps.push(Step { remarks: std::mem::take(&mut remarks), command: command.to_owned() });
            }
        }
        Self { path, kept, steps }
    }

    /// Whether a command is typed here that begins so.
    pub(super) fn types(&self, command: &str) -> bool {
        let longer = format!("{command} ");
        self.steps.iter().any(|step| step.command == command || step.command.starts_with(&longer))
    }

    /// Plays it in one folder.
    pub(super) async fn play(self, keybaton: &mut Keybaton) {
        let mut came = Vec::new();
        for step in &self.steps {
            came.push(step.play(keybaton).await);
        }
        self.compare(&came);
    }

    /// Plays every command in an empty folder of its own.
    pub(super) async fn play_in_empty_folders(self) {
        let mut came = Vec::new();
        for step in &self.steps {
            came.push(step.play(&mut Keybaton::new()).await);
        }
        self.compare(&came);
    }

    /// Compares what came with what is kept; `KEYBATON_BLESS=1` keeps what came.
    fn compare(&self, came: &[String]) {
        let mut before = None;
        let mut parts = Vec::new();
        for (step, came) in self.steps.iter().zip(came) {
            let came = if before.replace(came) == Some(came) { AGAIN } else { came };
            parts.push(format!("{}$ {}\n{came}", step.remarks, step.command));
        }
        let wanted = parts.join("\n");
        if std::env::var_os("KEYBATON_BLESS").is_some_and(|value| value == "1") {
            fs::write(&self.path, wanted).unwrap();
            return;
        }
        let (path, first) = (self.path.display(), first_difference(&self.kept, &wanted));
        let rewrite = "KEYBATON_BLESS=1 cargo test -p keybaton --test it transcript";
        assert!(self.kept == wanted, "{path} is out of date; `{rewrite}` rewrites it:\n{first}");
    }
}

impl Step {
    async fn play(&self, keybaton: &mut Keybaton) -> String {
        keybaton.set("PATH", &path());
        let ended = keybaton.run_under(&["sh", "-c", &self.command], "").await;
        masked(&shown(&ended), &keybaton.path(""))
    }
}

/// What came, stream by stream.
fn shown(ended: &Ended) -> String {
    let out = shape::of(&ended.out).unwrap_or_else(|| ended.out.clone());
    let lines = |mark: &str, text: &str| -> String {
        text.lines().map(|line| format!("{mark} {line}").trim_end().to_owned() + "\n").collect()
    };
    let code = ended.code().map_or_else(|| "a signal".to_owned(), |code| code.to_string());
    format!("{}{}exit {code}\n", lines("1|", &out), lines("2|", &ended.err))
}

/// The shipped binary comes first.
fn path() -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_keybaton")).parent().unwrap().to_owned();
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(binary).chain(std::env::split_paths(&rest));
    std::env::join_paths(all).unwrap().into_string().unwrap()
}

fn folder() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&package).join("tests/it/transcript")
}

/// The first lines that differ.
fn first_difference(kept: &str, wanted: &str) -> String {
    let head = kept.lines().zip(wanted.lines()).take_while(|(kept, wanted)| kept == wanted).count();
    let some = |mark: char, text: &str| -> String {
        let lines: Vec<String> = text.lines().skip(head).take(8).map(|line| format!("{mark} {line}")).collect();
        lines.join("\n")
    };
    format!("@ line {}\n{}\n{}", head + 1, some('-', kept), some('+', wanted))
}
