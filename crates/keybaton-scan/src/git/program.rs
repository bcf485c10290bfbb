//! How git is run, so that a repository that somebody else made runs nothing.

use std::{
    ffi::OsStr,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio},
    thread::JoinHandle,
};

use super::{Error, Place};

/// What of git's own environment is kept: where the repository is and who trusts it. A hook is told by it which index
/// is about to be committed. Everything else could change what is printed, or name a program.
const KEPT: [&str; 11] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_COMMON_DIR",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_QUARANTINE_PATH",
    "GIT_CEILING_DIRECTORIES",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
];

/// What git is told: take no lock, fetch nothing (an object that is missing in a partial clone would be fetched by a
/// command that the repository chooses), ask nothing, and follow no replacement of an object.
const TOLD: [(&str, &str); 7] = [
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", ""),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    ("LC_ALL", "C"),
];

/// Settings that a repository could use to run something or to hide something, put out of force. Includes change
/// nothing: the command line comes last.
const SETTINGS: [&str; 7] = [
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.quotePath=false",
    "core.bigFileThreshold=32m",
    "core.pager=cat",
    "diff.suppressBlankEmpty=false",
];

/// The most of git's words that is kept.
const WORDS: u64 = 4096;

/// The git of this machine, in one repository.
#[derive(Clone, Debug)]
pub struct Git {
    program: PathBuf,
    place: Place,
}

impl Git {
    /// The git that reads the repository around a folder.
    pub fn around(folder: &Path) -> Result<Self, Error> {
        Ok(Self { place: Place::around(folder)?, program: program().ok_or(Error::NoProgram)? })
    }

    /// Where the repository is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Starts a command of git that reads.
    pub(super) fn start<A: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = A>) -> Result<Talk, Error> {
        let mut command = Command::new(&self.program);
        command.current_dir(&self.place.folder).arg("--no-pager");
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        for (name, _) in std::env::vars_os() {
            if name.as_encoded_bytes().starts_with(b"GIT_") && !KEPT.iter().any(|kept| name == **kept) {
                command.env_remove(name);
            }
        }
        command.envs(TOLD).args(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(Error::Talk)?;
        let words = child.stderr.take().map(listen);
        Ok(Talk { input: child.stdin.take(), output: child.stdout.take(), child, words })
    }
}

/// The program, from a folder that is named by its whole path: a folder of the repository is none.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join("git"))
        .find(|git| git.is_file())
}

/// A git that runs. It does not outlive this.
pub(super) struct Talk {
    child: Child,
    pub(super) input: Option<ChildStdin>,
    pub(super) output: Option<ChildStdout>,
    words: Option<JoinHandle<String>>,
}

impl Talk {
    /// Waits for its end, once everything was read.
    pub(super) fn end(mut self) -> Result<(), Error> {
        drop((self.input.take(), self.output.take()));
        let status = self.child.wait().map_err(Error::Talk)?;
        if status.success() {
            return Ok(());
        }
        let said = self.words.take().and_then(|words| words.join().ok()).unwrap_or_default();
        let said = said.trim();
        Err(Error::Failed(if said.is_empty() { status.to_string() } else { said.to_owned() }))
    }
}

impl Drop for Talk {
    /// Ends it, whatever it still has to say.
    fn drop(&mut self) {
        drop((self.input.take(), self.output.take()));
        // it may have ended by itself
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Hears what git says, so that it never waits to be heard.
fn listen(mut stderr: ChildStderr) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut said = Vec::new();
        // what cannot be heard is not said
        let _ = stderr.by_ref().take(WORDS).read_to_end(&mut said);
        let _ = std::io::copy(&mut stderr, &mut std::io::sink());
        String::from_utf8_lossy(&said).into_owned()
    })
}
