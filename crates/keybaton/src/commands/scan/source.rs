//! Where a scan reads: files and folders, what is staged, or the standard input.

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
};

use keybaton_ports::{Failure, FailureKind};
use keybaton_scan::{
    git::{Error, Git, History, Patched, Pushed, Side, Staged},
    source::{self, Decoding, Reading, Unread, Walk},
};

use super::{Empty, Exceptions, ScanArgs, Seen, gather::Gatherer, progress::Line, shelf};

/// Where a scan reads.
pub(super) enum Place<'a> {
    Stdin,
    /// What is staged, or about to be pushed: git works on it already.
    Changes(Patched),
    History(Git, Option<String>),
    Paths(&'a [PathBuf]),
}

/// The place that was asked for. Where git has to work, it begins.
pub(super) fn place(args: &ScanArgs) -> Result<Place<'_>, Failure> {
    if args.stdin {
        return Ok(Place::Stdin);
    }
    let (reading, started) =
        (reading(args), |patched: Result<Patched, Error>| patched.map(Place::Changes).map_err(|error| failure(&error)));
    if !args.commits.is_empty() {
        let (git, commits) = (repository(&args.paths)?, args.commits.clone());
        return started(Pushed { git, reading, commits }.start());
    }
    if args.staged {
        let git = repository(&args.paths)?;
        return started(Staged { git, reading }.start());
    }
    if args.history {
        return Ok(Place::History(repository(&args.paths)?, args.range.clone()));
    }
    Ok(Place::Paths(&args.paths))
}

fn reading(args: &ScanArgs) -> Reading {
    let decoding = if args.decode { Decoding::Base64 } else { Decoding::AsIs };
    Reading { decoding, ..Reading::default() }
}

impl Place<'_> {
    /// The folder in which a team keeps its rules and exceptions.
    pub(super) fn root(&self) -> &Path {
        match self {
            Self::Stdin => Path::new("."),
            Self::Changes(patched) => &patched.git().place().root,
            Self::History(git, _) => &git.place().root,
            Self::Paths(paths) => paths.first().filter(|path| path.is_dir()).map_or(Path::new("."), PathBuf::as_path),
        }
    }

    /// Reads it.
    pub(super) fn scan(self, args: &ScanArgs, exceptions: &Exceptions) -> Result<Seen, Failure> {
        let reading = reading(args);
        match self {
            Self::Stdin => Ok(stdin(reading, exceptions)),
            Self::Changes(patched) => changed(patched, exceptions),
            Self::History(git, range) => {
                let history = History { git, reading, range, shelf: (!args.no_cache).then(shelf::of_user).flatten() };
                look_back(&history, exceptions)
            }
            Self::Paths(paths) => Ok(folders(paths, reading, exceptions)),
        }
    }
}

/// The repository of the one folder that may be named.
fn repository(paths: &[PathBuf]) -> Result<Git, Failure> {
    let here = PathBuf::from(".");
    let folder = match paths {
        [] => &here,
        [folder] => folder,
        [..] => {
            return Err(Failure::new(FailureKind::Usage, "more than one repository is named")
                .safe("nothing was read")
                .hint("scan one repository at a time: `keybaton scan --staged FOLDER`"));
        }
    };
    Git::around(folder).map_err(|error| failure(&error))
}

/// The words for a repository that could not be read.
pub(super) fn failure(error: &Error) -> Failure {
    let (kind, hint) = match error {
        Error::NoRepository(_) => (FailureKind::Unknown, "go into the repository, or scan files: `keybaton scan PATH`"),
        Error::NoProgram => (FailureKind::Unknown, "install git"),
        Error::Range => (FailureKind::Usage, "name a range such as origin/main..HEAD"),
        Error::Talk(_) | Error::Failed(_) | Error::Missing(_) | Error::Corrupt(_) | Error::Broken | Error::Patch(_) => {
            (FailureKind::Unknown, "`git fsck` and `git status` say what is wrong with the repository")
        }
    };
    Failure::new(kind, "the repository could not be read").because(error).safe("nothing was changed").hint(hint)
}

fn stdin(reading: Reading, exceptions: &Exceptions) -> Seen {
    let mut gatherer = Gatherer::new(exceptions);
    let read = source::read(std::io::stdin().lock(), None, reading, &mut |text| gatherer.look(text, Side::After));
    let mut seen = Seen { empty: Empty::Suspicious, ..Seen::default() };
    match read {
        Ok(amount) => {
            (seen.files, seen.bytes) = (u64::from(amount.bytes > 0), amount.bytes);
            seen.cut.count = u64::from(amount.is_cut);
        }
        Err(error) => seen.unread.push(Unread { path: "standard input".into(), why: error.to_string() }),
    }
    gatherer.give(&mut seen);
    seen
}

fn changed(patched: Patched, exceptions: &Exceptions) -> Result<Seen, Failure> {
    let mut gatherer = Gatherer::new(exceptions);
    let tally = patched.read(&mut |text, side| gatherer.look(text, side)).map_err(|error| failure(&error))?;
    let source::Tally { files_read: files, bytes_read: bytes, cut, unread } = tally;
    let mut seen = Seen { files, bytes, unread, cut, ..Seen::default() };
    gatherer.give(&mut seen);
    Ok(seen)
}

fn look_back(history: &History, exceptions: &Exceptions) -> Result<Seen, Failure> {
    let mut gatherer = Gatherer::new(exceptions);
    let line = Line::new();
    let told = history.read(&exceptions.rules, &|at| line.show(at), &mut |text, birth| gatherer.look_back(text, birth));
    line.clear();
    let told = told.map_err(|error| failure(&error))?;
    let mut seen = Seen {
        files: told.tally.files_read,
        bytes: told.tally.bytes_read,
        cut: told.tally.cut,
        unread: told.tally.unread,
        missing: told.missing,
        known: told.known,
        forgotten: told.forgotten,
        unreachable: told.unreachable,
        ..Seen::default()
    };
    gatherer.give(&mut seen);
    Ok(seen)
}

fn folders(paths: &[PathBuf], reading: Reading, exceptions: &Exceptions) -> Seen {
    let seen = Mutex::new(Seen { empty: Empty::Suspicious, ..Seen::default() });
    let walk = Walk { reading, ..Walk::over(paths.iter().cloned()) };
    let tally = walk.run(|| {
        let (mut gatherer, seen) = (Gatherer::new(exceptions), &seen);
        move |text| {
            gatherer.look(text, Side::After);
            if !gatherer.is_empty() {
                gatherer.give(&mut seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
            }
        }
    });
    let mut seen = seen.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    (seen.files, seen.bytes, seen.cut) = (tally.files_read, tally.bytes_read, tally.cut);
    seen.unread.extend(tally.unread);
    seen
}
