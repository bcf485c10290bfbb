//! One write of a file: a reader sees the old content or the new one, and never a part of either.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tempfile::Builder;
use zeroize::Zeroizing;

use super::access::Access;

/// What a write came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replaced {
    /// There was no such file, and now there is.
    Made,
    /// The content is another one now.
    Changed,
    /// The content was the same; nothing that a reader could notice was done.
    Same,
}

/// Puts `content` into the file at `path`. The folder may be reached over symbolic links, the file itself may not be
/// one: whoever could put a link there would choose what we overwrite.
///
/// The new content is on the disk before its name is: when anything fails, the last good file stays.
pub(crate) fn replace(path: &Path, content: &[u8], access: Access) -> io::Result<Replaced> {
    let (folder, target) = real(path)?;
    let done = match fs::symlink_metadata(&target) {
        Ok(there) if !there.is_file() => return Err(io::Error::other("it is there and is no plain file")),
        Ok(there) if fits(&there, access) && holds(&target, there.len(), content)? => return Ok(Replaced::Same),
        Ok(_) => Replaced::Changed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Replaced::Made,
        Err(error) => return Err(error),
    };
    let mut fresh = Builder::new().prefix(".keybaton-").rand_bytes(12).tempfile_in(&folder)?;
    fresh.write_all(content)?;
    if access.owner.is_some() || access.group.is_some() {
        rustix::fs::fchown(fresh.as_file(), access.uid(), access.gid())?;
    }
    fresh.as_file().set_permissions(fs::Permissions::from_mode(access.mode.bits()))?;
    fresh.as_file().sync_all()?;
    fresh.persist(&target).map_err(|error| error.error)?;
    File::open(&folder)?.sync_all()?;
    Ok(done)
}

/// The folder as it really is, and the file in it.
fn real(path: &Path) -> io::Result<(PathBuf, PathBuf)> {
    let nameless = || io::Error::new(io::ErrorKind::InvalidInput, "it names no file");
    let name = path.file_name().ok_or_else(nameless)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize()?;
    let target = folder.join(name);
    Ok((folder, target))
}

fn fits(there: &fs::Metadata, access: Access) -> bool {
    there.mode() & 0o7777 == access.mode.bits()
        && access.owner.is_none_or(|owner| there.uid() == owner)
        && access.group.is_none_or(|group| there.gid() == group)
}

fn holds(target: &Path, length: u64, content: &[u8]) -> io::Result<bool> {
    if usize::try_from(length) != Ok(content.len()) {
        return Ok(false);
    }
    let mut there = Zeroizing::new(Vec::with_capacity(content.len() + 1));
    File::open(target)?.take(length + 1).read_to_end(&mut there)?;
    Ok(there.as_slice() == content)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn a_file_is_made_then_replaced_and_left_alone_when_it_is_the_same() {
        let folder = folder();
        let path = folder.path().join("key");
        assert_eq!(replace(&path, b"a", Access::PRIVATE).unwrap(), Replaced::Made);
        let first = path.metadata().unwrap();
        assert_eq!(first.mode() & 0o7777, 0o600);
        assert_eq!(replace(&path, b"a", Access::PRIVATE).unwrap(), Replaced::Same);
        assert_eq!(path.metadata().unwrap().ino(), first.ino());
        assert_eq!(replace(&path, b"b", Access::PRIVATE).unwrap(), Replaced::Changed);
        assert_eq!(fs::read(&path).unwrap(), b"b");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn another_mode_is_a_change() {
        let folder = folder();
        let path = folder.path().join("key");
        replace(&path, b"a", Access::PRIVATE).unwrap();
        let wider = Access::new(Some("0640"), None, None).unwrap();
        assert_eq!(replace(&path, b"a", wider).unwrap(), Replaced::Changed);
        assert_eq!(path.metadata().unwrap().mode() & 0o7777, 0o640);
    }

    #[test]
    fn a_folder_may_be_a_link_and_a_file_may_not() {
        let folder = folder();
        fs::create_dir(folder.path().join("real")).unwrap();
        symlink("real", folder.path().join("link")).unwrap();
        replace(&folder.path().join("link/key"), b"a", Access::PRIVATE).unwrap();
        assert_eq!(fs::read(folder.path().join("real/key")).unwrap(), b"a");
        symlink("real/key", folder.path().join("key")).unwrap();
        assert!(replace(&folder.path().join("key"), b"b", Access::PRIVATE).is_err());
        assert_eq!(fs::read(folder.path().join("real/key")).unwrap(), b"a");
    }
}
