//! The folder of a file: opened once, so that everything in one call happens in the same place.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{Read, Take};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use keybaton_ports::{Blame, Called, Certainty, Fault};
use rustix::fs::{AtFlags, FileType, FlockOperation, Mode, OFlags, Stat, flock, fstat, openat, statat};
use rustix::io::Errno;

use super::entry::{Bytes, broken, unfit};
use super::failure::{about, failed};

/// The most that a file may have: 1 MiB.
const LIMIT: u64 = 1024 * 1024;

/// The folders in which this process writes: one write at a time, so that two secrets in one file do not undo each other.
static BUSY: LazyLock<Mutex<BTreeMap<PathBuf, Arc<Mutex<()>>>>> = LazyLock::new(Mutex::default);

/// An open folder.
pub(super) struct Folder {
    pub(super) fd: OwnedFd,
    pub(super) path: PathBuf,
}

/// A file as it was found.
pub(super) struct Found {
    pub(super) content: Bytes,
    pub(super) stat: Stat,
    pub(super) file: File,
}

impl Folder {
    pub(super) fn open(path: &Path) -> Called<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let fd =
            rustix::fs::open(path, flags, Mode::empty()).map_err(|error| failed("open the folder", path, error))?;
        Ok(Self { fd, path: path.to_owned() })
    }

    /// Reads a regular file; `None` where there is none. A link is refused, and so is what would block.
    pub(super) fn read(&self, name: &OsStr) -> Called<Option<Found>> {
        let path = self.path.join(name);
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match openat(&self.fd, name, flags, Mode::empty()) {
            Ok(fd) => File::from(fd),
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP) => return Err(about(&path, linked())),
            Err(Errno::NXIO | Errno::NODEV) => return Err(about(&path, irregular())),
            Err(error) => return Err(failed("open", &path, error)),
        };
        let stat = fstat(&file).map_err(|error| failed("read", &path, error))?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
            return Err(about(&path, irregular()));
        }
        let content = content(&file).map_err(|error| failed("read", &path, error))?;
        let content = content.ok_or_else(|| about(&path, broken("it has more than 1 MiB")))?;
        Ok(Some(Found { content, stat, file }))
    }

    /// Whether the file is still the one that was found.
    pub(super) fn is_still(&self, name: &OsStr, found: Option<&Found>) -> bool {
        let now = statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW).ok();
        let mark = |stat: &Stat| {
            (
                stat.st_dev,
                stat.st_ino,
                stat.st_size,
                stat.st_mtime,
                stat.st_mtime_nsec,
                stat.st_ctime,
                stat.st_ctime_nsec,
            )
        };
        now.as_ref().map(mark) == found.map(|found| mark(&found.stat))
    }

    /// Keeps another of our processes out while this folder is open. It spares both a retry; what is served is read back
    /// after each write all the same. Not every file system can lock a folder.
    pub(super) fn lock(&self) -> Called<()> {
        match flock(&self.fd, FlockOperation::NonBlockingLockExclusive) {
            Err(Errno::WOULDBLOCK) => {
                let what = format!("another process is writing in {}", self.path.display());
                Err(Fault::new(Blame::Transient, Certainty::NotSent, what))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

impl Drop for Folder {
    /// A program that is being started has a copy of every descriptor until it runs; a lock that is only closed would
    /// last as long as that copy.
    fn drop(&mut self) {
        let _ = flock(&self.fd, FlockOperation::Unlock);
    }
}

/// The turn of this process in a folder.
pub(super) fn turn(folder: &Path) -> Arc<Mutex<()>> {
    let mut busy = BUSY.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(busy.entry(folder.to_owned()).or_default())
}

/// The whole content, in a buffer that never grows; `None` where it is too long.
fn content(file: &File) -> std::io::Result<Option<Bytes>> {
    let length = file.metadata()?.len();
    if length > LIMIT {
        return Ok(None);
    }
    let room = usize::try_from(length.max(4096) + 1).unwrap_or_default();
    let mut content = Bytes::new(Vec::with_capacity(room));
    let mut rest: Take<&File> = file.take(u64::try_from(room).unwrap_or(LIMIT));
    rest.read_to_end(&mut content)?;
    // It grew while it was read: what we have is not the whole.
    Ok((content.len() < room).then_some(content))
}

fn linked() -> Fault {
    unfit("it is a symbolic link; follow_symlinks = true replaces what it leads to")
}

fn irregular() -> Fault {
    unfit("it is no regular file")
}
