//! Where a scan reads: files and folders, what is staged, or the standard input.

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
};

use keybaton_ports::{Failure, FailureKind};
use keybaton_scan::{
    Text,
    git::{Error, Git, History, Pushed, Side, Staged},
    source::{self, Decoding, Reading, Unread, Walk},
};

use super::{Empty, Exceptions, ScanArgs, Seen, gather::Gatherer, progress::Line};

/// Where a scan reads.
pub(super) enum Place<'a> {
    Stdin,
    Staged(Git),
    Pushed(Git, &'a [String]),
    History(Git, Option<String>),
    Paths(&'a [PathBuf]),
}

/// The place that was asked for.
pub(super) fn place(args: &ScanArgs) -> Result<Place<'_>, Failure> {
    if args.stdin {
        return Ok(Place::Stdin);
    }
    if !args.commits.is_empty() {
        return repository(&args.paths).map(|git| Place::Pushed(git, &args.commits));
    }
    if args.staged {
        return repository(&args.paths).map(Place::Staged);
    }
    if args.history {
        return Ok(Place::History(repository(&args.paths)?, args.range.clone()));
    }
    Ok(Place::Paths(&args.paths))
}

impl Place<'_> {
    /// The folder in which a team keeps its rules and exceptions.
    pub(super) fn root(&self) -> &Path {
        match self {
            Self::Stdin => Path::new("."),
            Self::Staged(git) | Self::Pushed(git, _) | Self::History(git, _) => &git.place().root,
            Self::Paths(paths) => paths.first().filter(|path| path.is_dir()).map_or(Path::new("."), PathBuf::as_path),
        }
    }

    /// Reads it.
    pub(super) fn scan(self, args: &ScanArgs, exceptions: &Exceptions) -> Result<Seen, Failure> {
        let decoding = if args.decode { Decoding::Base64 } else { Decoding::AsIs };
        let reading = Reading { decoding, ..Reading::default() };
        match self {
            Self::Stdin => Ok(stdin(reading, exceptions)),
            Self::Staged(git) => changed(exceptions, |visit| Staged { git, reading }.read(visit)),
            Self::Pushed(git, commits) => {
                let pushed = Pushed { git, reading, commits: commits.to_vec() };
                changed(exceptions, |visit| pushed.read(visit))
            }
            Self::History(git, range) => history(&History { git, reading, range }, exceptions),
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
        Error::Talk(_) | Error::Failed(_) | Error::Missing(_) | Error::Corrupt(_) | Error::Patch(_) => {
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
        Ok(bytes) => (seen.files, seen.bytes) = (u64::from(bytes > 0), bytes),
        Err(error) => seen.unread.push(Unread { path: "standard input".into(), why: error.to_string() }),
    }
    gatherer.give(&mut seen);
    seen
}

/// Hands out texts to a visitor.
type Visit<'v> = &'v mut dyn FnMut(&Text<'_>, Side);

fn changed(
    exceptions: &Exceptions,
    read: impl FnOnce(Visit<'_>) -> Result<source::Tally, Error>,
) -> Result<Seen, Failure> {
    let mut gatherer = Gatherer::new(exceptions);
    let tally = read(&mut |text, side| gatherer.look(text, side)).map_err(|error| failure(&error))?;
    let mut seen = Seen { files: tally.files_read, bytes: tally.bytes_read, unread: tally.unread, ..Seen::default() };
    gatherer.give(&mut seen);
    Ok(seen)
}

fn history(history: &History, exceptions: &Exceptions) -> Result<Seen, Failure> {
    let mut gatherer = Gatherer::new(exceptions);
    let line = Line::new();
    let told = history.read(&exceptions.rules, &|at| line.show(at), &mut |text, birth| gatherer.look_back(text, birth));
    line.clear();
    let told = told.map_err(|error| failure(&error))?;
    let mut seen = Seen {
        files: told.tally.files_read,
        bytes: told.tally.bytes_read,
        unread: told.tally.unread,
        missing: told.missing,
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
    (seen.files, seen.bytes) = (tally.files_read, tally.bytes_read);
    seen.unread.extend(tally.unread);
    seen
}
