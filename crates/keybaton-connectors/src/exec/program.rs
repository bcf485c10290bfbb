//! The program: found by its name in one folder that nobody else can change, and checked each time before it is run.

use std::fs::File;
use std::io::Read;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use keybaton_ports::{Blame, Called, Certainty, Fault};
use rustix::fs::{FileType, Mode, OFlags, Stat, fstat, open, stat};
use rustix::io::{FdFlags, fcntl_setfd};

use crate::build::BuildError;

/// The most that a pinned program may have: 256 MiB.
const LIMIT: u64 = 256 * 1024 * 1024;

/// A program by its name.
#[derive(Clone, Debug)]
pub(super) struct Program {
    name: String,
    path: PathBuf,
    sha256: Option<String>,
}

/// A program that was checked, as it is started. A pinned one is started by its descriptor: the very file that was
/// hashed, whatever stands under its name by then.
pub(super) struct Checked {
    pub(super) start: PathBuf,
    /// Open until the program has started.
    pub(super) file: OwnedFd,
}

impl Program {
    pub(super) fn new(at: &str, name: &str, folder: &Path, sha256: Option<&str>) -> Result<Self, BuildError> {
        let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.len() > 32 || !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(letters) {
            let what = "it is the name of a program in `folder`: a small letter, then small letters, digits and dashes";
            return Err(BuildError::setting(at, what));
        }
        if sha256.is_some_and(|pin| pin.len() != 64 || !pin.bytes().all(|digit| digit.is_ascii_hexdigit())) {
            return Err(BuildError::setting("sha256", "it has 64 hexadecimal digits, as sha256sum prints them"));
        }
        let (name, path) = (name.to_owned(), folder.join(name));
        Ok(Self { name, path, sha256: sha256.map(str::to_ascii_lowercase) })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Checks the program and everything above it. Nothing was run when this fails.
    pub(super) fn check(&self) -> Called<Checked> {
        let real = std::fs::canonicalize(self.path.parent().unwrap_or(&self.path));
        let folder = real.map_err(|error| self.unfit(&format!("its folder cannot be found: {error}")))?;
        for above in folder.ancestors() {
            let found =
                stat(above).map_err(|error| self.unfit(&format!("{} cannot be read: {error}", above.display())))?;
            self.closed(above, &found)?;
        }
        let path = folder.join(&self.name);
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = open(&path, flags, Mode::empty());
        let file = opened.map_err(|error| self.unfit(&format!("{} cannot be opened: {error}", path.display())))?;
        let found = fstat(&file).map_err(|error| self.unfit(&format!("it cannot be read: {error}")))?;
        if FileType::from_raw_mode(found.st_mode) != FileType::RegularFile {
            return Err(self.unfit("it is no regular file"));
        }
        self.closed(&path, &found)?;
        match &self.sha256 {
            None => Ok(Checked { start: path, file }),
            Some(pin) => self.pinned(pin, file),
        }
    }

    /// Whether nobody but root and we can change it. A folder in which everybody may write, and only remove what is
    /// their own, such as /tmp, is no threat to a folder of ours in it.
    fn closed(&self, path: &Path, found: &Stat) -> Called<()> {
        let ours = found.st_uid == 0 || found.st_uid == rustix::process::geteuid().as_raw();
        if !ours {
            return Err(self.unfit(&format!("{} belongs to somebody else", path.display())));
        }
        let mode = Mode::from_raw_mode(found.st_mode);
        let sticky = mode.contains(Mode::SVTX) && FileType::from_raw_mode(found.st_mode) == FileType::Directory;
        if mode.intersects(Mode::WGRP | Mode::WOTH) && !sticky {
            return Err(self.unfit(&format!("others may write {}: chmod go-w", path.display())));
        }
        Ok(())
    }

    fn pinned(&self, pin: &str, file: OwnedFd) -> Called<Checked> {
        let copy = file.try_clone().map_err(|error| self.unfit(&format!("it cannot be read: {error}")))?;
        let mut bytes = Vec::new();
        let read = File::from(copy).take(LIMIT + 1).read_to_end(&mut bytes);
        read.map_err(|error| self.unfit(&format!("it cannot be read: {error}")))?;
        let digest = keybaton_seal::digest_hex(&bytes);
        if digest != *pin || u64::try_from(bytes.len()).unwrap_or(u64::MAX) > LIMIT {
            return Err(self.unfit(&format!("its SHA-256 is {digest}, and not the one that is pinned")));
        }
        // An interpreter opens a script by this name again, so the descriptor has to outlive the exec.
        fcntl_setfd(&file, FdFlags::empty())
            .map_err(|error| self.unfit(&format!("it cannot be held open: {error}")))?;
        Ok(Checked { start: PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd())), file })
    }

    fn unfit(&self, what: &str) -> Fault {
        Fault::new(Blame::Rejected, Certainty::NotSent, format!("the program {} is not run: {what}", self.name))
    }
}
