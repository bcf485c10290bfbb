//! The private folder of a supervisor: in memory where there is such a place, for nobody else, and gone at the end.

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{StatVfsMountFlags, statvfs};
use tempfile::{Builder, TempDir};

/// What the kernel says of a file system in memory (`TMPFS_MAGIC` of statfs(2)).
const TMPFS: u64 = 0x0102_1994;

/// The private folder.
pub(super) struct Folder(TempDir);

impl Folder {
    /// Makes one, with mode 0700, at the first place that takes it.
    pub(super) fn make() -> io::Result<Self> {
        let mut refused = io::Error::from(io::ErrorKind::NotFound);
        for place in places() {
            match private(&place) {
                Ok(folder) => return Ok(Self(folder)),
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }
}

fn private(place: &Path) -> io::Result<TempDir> {
    Builder::new().prefix("keybaton-").rand_bytes(12).permissions(Permissions::from_mode(0o700)).tempdir_in(place)
}

/// Memory first: the folder of the session, shared memory, and only then whatever the machine has for such things.
fn places() -> impl Iterator<Item = PathBuf> {
    let runtime = ["RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR"].into_iter().filter_map(std::env::var_os).map(PathBuf::from);
    let memory = runtime.chain([PathBuf::from("/dev/shm")]).filter(|path| path.is_absolute() && is_memory(path));
    memory.chain([std::env::temp_dir()])
}

fn is_memory(path: &Path) -> bool {
    let writable = statvfs(path).is_ok_and(|stat| !stat.f_flag.contains(StatVfsMountFlags::RDONLY));
    writable && rustix::fs::statfs(path).is_ok_and(|stat| u64::try_from(stat.f_type).is_ok_and(|kind| kind == TMPFS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_private_and_goes_with_its_owner() {
        let folder = Folder::make().unwrap();
        let path = folder.path().to_owned();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        drop(folder);
        assert!(!path.exists());
    }
}
