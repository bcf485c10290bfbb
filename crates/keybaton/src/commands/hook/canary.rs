//! Tries the hook out: a canary is staged in an index of its own, and git is asked to run the hook.
//!
//! Neither the index nor the objects of the repository are touched. Of a hook that has more in it than our block, only
//! the block runs (`KEYBATON_TRIAL`).

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use keybaton_ports::{Failure, FailureKind};

use super::{Event, target::Target};

/// The file that the canary is in; it is nowhere but in the index of the trial.
const NAME: &str = "keybaton-canary.txt";

/// A token of the right form, in parts, so that no scan finds it here. It lets nobody in anywhere.
const CANARY: [&str; 4] = ["token = ", "kb", "t_irXl2IeLfhi0KEZFss5GSM", "XIgk8MnEoHvTPBE19zRNT2Nkyp4\n"];

/// Tries it out; says how long it took to block the canary.
pub(super) fn run(target: &Target) -> Result<Duration, Failure> {
    let folder = tempfile::tempdir().map_err(|error| failed("no folder could be made for it", &error))?;
    let trial = Trial { target, folder: folder.path() };
    let clean = trial.index(None).and_then(|()| trial.hook())?;
    if !clean.status.success() {
        return Err(wrong("it blocks a commit in which there is nothing", &clean));
    }
    trial.index(Some(&CANARY.concat()))?;
    let begun = Instant::now();
    let blocked = trial.hook()?;
    let took = begun.elapsed();
    let said = String::from_utf8_lossy(&blocked.stderr).into_owned() + &String::from_utf8_lossy(&blocked.stdout);
    match blocked.status.code() {
        Some(1) if said.contains(NAME) => Ok(took),
        _ if blocked.status.success() => Err(wrong("it lets a commit with a key in it pass", &blocked)),
        _ => Err(wrong("it does not say what it blocks", &blocked)),
    }
}

struct Trial<'a> {
    target: &'a Target,
    folder: &'a Path,
}

impl Trial<'_> {
    /// Makes the index of the last commit, and adds a file with this text.
    fn index(&self, text: Option<&str>) -> Result<(), Failure> {
        let head = self.git(&["rev-parse", "-q", "--verify", "HEAD^{tree}"], "")?;
        let tree = String::from_utf8_lossy(&head.stdout).trim().to_owned();
        let words = if head.status.success() { ["read-tree", tree.as_str()] } else { ["read-tree", "--empty"] };
        sound(self.git(&words, "")?)?;
        let Some(text) = text else { return Ok(()) };
        let object = sound(self.git(&["hash-object", "-w", "--stdin"], text)?)?;
        let entry = format!("100644,{},{NAME}", String::from_utf8_lossy(&object.stdout).trim());
        sound(self.git(&["update-index", "--add", "--cacheinfo", &entry], "")?).map(drop)
    }

    /// Has git run the hook; where it is too old for that, the file is run as git would.
    fn hook(&self) -> Result<Output, Failure> {
        let ran = self.git(&["hook", "run", Event::PreCommit.name()], "")?;
        if ran.status.success() || !String::from_utf8_lossy(&ran.stderr).contains("'hook' is not a git command") {
            return Ok(ran);
        }
        self.run(&mut Command::new(self.target.file(Event::PreCommit)), "")
    }

    fn git(&self, words: &[&str], input: &str) -> Result<Output, Failure> {
        self.run(Command::new("git").args(words), input)
    }

    fn run(&self, command: &mut Command, input: &str) -> Result<Output, Failure> {
        let objects = self.folder.join("objects");
        std::fs::create_dir_all(&objects).map_err(|error| failed("no folder could be made for it", &error))?;
        command.current_dir(&self.target.root).env_remove("KEYBATON_SKIP").env("KEYBATON_TRIAL", "1");
        command.env("GIT_INDEX_FILE", self.folder.join("index")).env("GIT_OBJECT_DIRECTORY", objects);
        command.env("GIT_ALTERNATE_OBJECT_DIRECTORIES", self.target.common.join("objects"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| failed("git did not start", &error))?;
        if let Some(mut stdin) = child.stdin.take() {
            // who does not read it does not need it
            let _ = stdin.write_all(input.as_bytes());
        }
        child.wait_with_output().map_err(|error| failed("git did not end", &error))
    }
}

fn sound(output: Output) -> Result<Output, Failure> {
    if output.status.success() { Ok(output) } else { Err(wrong("git could not prepare it", &output)) }
}

fn failed(what: &str, error: &dyn std::error::Error) -> Failure {
    base(what).because(error)
}

fn wrong(what: &str, output: &Output) -> Failure {
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing").trim().to_owned();
    let failure = base(what);
    Failure { causes: vec![format!("{}; {said}", output.status)], ..failure }
}

fn base(what: &str) -> Failure {
    Failure::new(FailureKind::Unknown, format!("the hook was tried out, and {what}"))
        .safe("it was taken out again, and the hooks of others are as they were")
        .hint("`keybaton scan --staged` and `git hook run pre-commit` show more; the rules of .gitleaks.toml count there too")
}
