//! A git repository in the folder of a test.

use std::{ffi::OsStr, fs, os::unix::ffi::OsStrExt as _, path::PathBuf, process::Command};

use crate::stage::{Ended, Keybaton};

/// A repository, and keybaton in its folder.
pub(super) struct Repository {
    pub(super) keybaton: Keybaton,
}

impl Repository {
    /// An empty one.
    pub(super) fn new() -> Self {
        let repository = Self { keybaton: Keybaton::new() };
        repository.init("init -q -b main");
        repository
    }

    /// Makes it a repository, in which the cache of whoever is at home there is none of its files.
    pub(super) fn init(&self, line: &str) {
        self.git(line);
        fs::write(self.path(".git/info/exclude"), "/.cache\n").unwrap();
    }

    /// Runs git; its words are separated by spaces.
    pub(super) fn git(&self, line: &str) -> String {
        self.git_with(&line.split(' ').collect::<Vec<_>>())
    }

    /// Runs git.
    pub(super) fn git_with(&self, words: &[&str]) -> String {
        let home = self.keybaton.path("");
        let mut command = Command::new("git");
        command.current_dir(&home).env("HOME", &home).env("GIT_CONFIG_NOSYSTEM", "1");
        command.args([
            "-c",
            "user.name=Tester",
            "-c",
            "user.email=tester@example.org",
            "-c",
            "protocol.file.allow=always",
        ]);
        let output = command.args(words).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {words:?}: {said}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// A path in the folder.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.keybaton.path(name)
    }

    /// Writes a file and stages it.
    pub(super) fn stage(&self, name: &str, text: impl AsRef<[u8]>) {
        self.stage_raw(name.as_bytes(), text);
    }

    /// The same with a name that need not be UTF-8.
    pub(super) fn stage_raw(&self, name: &[u8], text: impl AsRef<[u8]>) {
        let path = self.keybaton.path("").join(OsStr::from_bytes(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self.git("add -A");
    }

    /// Commits what is staged.
    pub(super) fn commit(&self, message: &str) -> String {
        self.git_with(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git("rev-parse HEAD")
    }

    /// Commits everything, as if it were then.
    pub(super) fn commit_at(&self, date: &str) -> String {
        self.git("add -A");
        let home = self.keybaton.path("");
        let words = ["-c", "user.name=Tester", "-c", "user.email=tester@example.org", "commit", "-q", "-m", date];
        let mut command = Command::new("git");
        command.current_dir(&home).env("HOME", &home).env("GIT_CONFIG_NOSYSTEM", "1");
        let status = command.env("GIT_AUTHOR_DATE", date).env("GIT_COMMITTER_DATE", date).args(words).status().unwrap();
        assert!(status.success());
        self.git("rev-parse HEAD")
    }

    /// Commits what is staged, so that nothing of the repository runs.
    pub(super) fn commit_without_hooks(&self) {
        let quiet = "-c core.fsmonitor=false -c core.hooksPath=/dev/null -c filter.evil.required=false";
        self.git(&format!("{quiet} -c filter.evil.clean= -c filter.evil.process= commit -q -m quiet"));
    }

    /// Scans.
    pub(super) async fn scan(&self, line: &str) -> Ended {
        self.keybaton.run(&format!("scan {line}")).await
    }

    /// Scans and tells each finding as `path:line rule`.
    pub(super) async fn found(&self, line: &str) -> Vec<String> {
        let ended = self.scan(&format!("{line} --json")).await;
        assert!(matches!(ended.code(), Some(0 | 1)), "{}", ended.transcript());
        let json = ended.json();
        let findings = json["findings"].as_array().unwrap();
        assert_eq!(ended.code() == Some(1), !findings.is_empty(), "{}", ended.transcript());
        let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
        let told = |finding: &serde_json::Value| {
            format!("{}:{} {}", text(&finding["path"]), finding["line"], text(&finding["rule"]))
        };
        findings.iter().map(told).collect()
    }
}
