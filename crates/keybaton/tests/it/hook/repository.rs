//! A repository of git in the folder of a command, with nothing of the machine's own settings.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};

use crate::stage::{Ended, Keybaton};

/// A key that nobody manages: the form of a vendor's token, with a right checksum, in two parts.
pub(super) fn key() -> String {
    ["ghp", "_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"].concat()
}

/// A repository without a commit.
pub(super) struct Repository {
    pub(super) keybaton: Keybaton,
    pub(super) env: Vec<(String, String)>,
}

/// What git said, and how it ended.
pub(super) struct Said {
    pub(super) code: Option<i32>,
    pub(super) text: String,
}

impl Said {
    /// Asserts how it ended.
    #[track_caller]
    pub(super) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}", self.text);
        self
    }

    /// Asserts that it said each of these.
    #[track_caller]
    pub(super) fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.text.contains(word), "no {word:?} in\n{}", self.text);
        }
        self
    }
}

impl Repository {
    pub(super) fn new() -> Self {
        Self::around(Keybaton::new())
    }

    /// The folder of a command becomes a repository; what keybaton keeps there stays out of it.
    pub(super) fn around(keybaton: Keybaton) -> Self {
        let repository = Self { keybaton, env: Vec::new() };
        repository.git(&["init", "-q", "-b", "main"]).exits(0);
        repository.git(&["config", "user.email", "tester@example.org"]).exits(0);
        repository.git(&["config", "user.name", "tester"]).exits(0);
        repository
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.keybaton.path(name)
    }

    /// Installs the hook.
    pub(super) async fn install(&self) -> Ended {
        self.keybaton.run("hook install").await.exits(0)
    }

    /// Writes a file and stages it.
    pub(super) fn stage(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        self.git(&["add", "--", name]).exits(0);
    }

    /// Commits what is staged.
    pub(super) fn commit(&self) -> Said {
        self.git(&["commit", "-q", "-m", "a change"])
    }

    /// Stages a file and commits it past every hook.
    pub(super) fn slip(&self, name: &str, text: &str) {
        self.stage(name, text);
        self.git(&["commit", "-q", "--no-verify", "-m", "slipped in"]).exits(0);
    }

    /// How many commits there are.
    pub(super) fn commits(&self) -> usize {
        let said = self.git(&["rev-list", "--count", "--all"]);
        said.text.trim().parse().unwrap()
    }

    /// Writes a program.
    pub(super) fn program(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs git to its end.
    pub(super) fn git(&self, words: &[&str]) -> Said {
        let Output { status, stdout, stderr } = self.command(words).output().unwrap();
        let text = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
        Said { code: status.code(), text }
    }

    fn command(&self, words: &[&str]) -> Command {
        let home = self.path("");
        let mut command = Command::new("git");
        command.args(words).env_clear().current_dir(&home).env("HOME", &home).env("USER", "tester");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("GIT_CONFIG_NOSYSTEM", "1");
        command.env("XDG_CONFIG_HOME", home.join("xdg")).envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }
}
