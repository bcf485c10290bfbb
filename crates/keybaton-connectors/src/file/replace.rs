//! A file replaced at once: readers see the old content or the new one, and after a crash too.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use std::sync::PoisonError;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use rustix::fs::{
    AtFlags, Dir, Mode, OFlags, XattrFlags, fchmod, fchown, fgetxattr, flistxattr, fsetxattr, openat, renameat,
    unlinkat,
};
use rustix::io::Errno;

use super::access::{Access, Rights};
use super::failure::{about, doubtful, failed};
use super::folder::{Folder, Found, turn};
use super::stage::Stage;
use super::target::Target;

/// The access list of a file, an extended attribute of its own.
const ACL: &str = "system.posix_acl_access";

/// The longest extended attribute that Linux keeps.
const LONGEST: usize = 64 * 1024;

/// Puts a value into its entry of a file.
pub(super) fn replace(target: &Target, access: &Access, value: &[u8], stage: &Stage) -> Called<()> {
    let turn = turn(&target.folder);
    let _turn = turn.lock().unwrap_or_else(PoisonError::into_inner);
    let (folder, path) = (Folder::open(&target.folder)?, target.path());
    folder.lock()?;
    let found = folder.read(&target.file)?;
    let content = target.entry.write(found.as_ref().map(|found| found.content.as_slice()), value);
    let content = content.map_err(|fault| about(&path, fault))?;
    let rights = access.rights(found.as_ref().map(|found| &found.stat)).map_err(|fault| about(&path, fault))?;
    sweep(&folder, &target.draft());
    let draft = Draft::write(&folder, &target.draft(), &content, &rights, found.as_ref())?;
    if !folder.is_still(&target.file, found.as_ref()) {
        let what = "somebody else wrote it at the same time";
        return Err(about(&path, Fault::new(Blame::Transient, Certainty::NotSent, what)));
    }
    if !stage.may_replace() {
        return Err(Fault::new(Blame::Transient, Certainty::NotSent, "nobody waits for this write any more"));
    }
    draft.take_place(&target.file)
}

/// A file that is complete and not in its place yet; removed when it does not get there.
struct Draft<'a> {
    folder: &'a Folder,
    name: OsString,
}

impl<'a> Draft<'a> {
    fn write(
        folder: &'a Folder,
        prefix: &OsStr,
        content: &[u8],
        rights: &Rights,
        before: Option<&Found>,
    ) -> Called<Self> {
        let mut name = prefix.to_owned();
        name.push(format!("{:016x}", keybaton_seal::random_u64().unwrap_or_default()));
        let path = folder.path.join(&name);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let private = Mode::RUSR | Mode::WUSR;
        let made =
            openat(&folder.fd, &name, flags, private).map_err(|error| failed("write in", &folder.path, error))?;
        let draft = Self { folder, name };
        let mut file = File::from(made);
        let owned = fchown(&file, rights.owner, rights.group);
        owned.map_err(|error| failed("give its owner and group to", &path, error))?;
        before
            .map_or(Ok(()), |before| copy_attributes(before, &file))
            .map_err(|error| failed("copy the access list to", &path, error))?;
        fchmod(&file, rights.mode).map_err(|error| failed("set the mode of", &path, error))?;
        file.write_all(content).map_err(|error| failed("write", &path, error))?;
        file.sync_all().map_err(|error| failed("write", &path, error))?;
        Ok(draft)
    }

    /// From here on a failure leaves a doubt, unless the system call itself refused.
    fn take_place(mut self, file: &OsStr) -> Called<()> {
        let (folder, path) = (self.folder, self.folder.path.join(file));
        match renameat(&folder.fd, &self.name, &folder.fd, file) {
            Ok(()) => {}
            Err(error @ (Errno::ACCESS | Errno::PERM | Errno::ROFS | Errno::NOENT | Errno::ISDIR)) => {
                return Err(failed("replace", &path, error));
            }
            Err(error) => return Err(doubtful("replace", &path, error)),
        }
        // There is nothing left to remove under this name.
        self.name.clear();
        match rustix::fs::fsync(&folder.fd) {
            // Some file systems cannot sync a folder.
            Ok(()) | Err(Errno::INVAL | Errno::NOTSUP) => Ok(()),
            Err(error) => Err(doubtful("sync the folder", &folder.path, error)),
        }
    }
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        if !self.name.is_empty() {
            // What stays behind is readable by its owner alone, and the next write sweeps it.
            let _ = unlinkat(&self.folder.fd, &self.name, AtFlags::empty());
        }
    }
}

/// Removes what a process left that was killed between writing and renaming.
fn sweep(folder: &Folder, prefix: &OsStr) {
    let Ok(entries) = Dir::read_from(&folder.fd) else { return };
    for entry in entries.flatten() {
        let (name, prefix) = (entry.file_name().to_bytes(), prefix.as_encoded_bytes());
        if name.strip_prefix(prefix).is_some_and(|end| end.len() == 16 && end.iter().all(u8::is_ascii_hexdigit)) {
            let _ = unlinkat(&folder.fd, entry.file_name(), AtFlags::empty());
        }
    }
}

/// Copies the attributes that a file has beside its mode. Without its access list it would not be the same file to its
/// readers; any other may be one that only the system sets.
fn copy_attributes(before: &Found, to: &impl AsFd) -> Result<(), Errno> {
    let mut names = vec![0_u8; LONGEST];
    let Ok(length) = flistxattr(&before.file, &mut names[..]) else { return Ok(()) };
    for name in names[..length].split(|byte| *byte == 0).filter(|name| !name.is_empty()) {
        let mut value = vec![0_u8; LONGEST];
        let copied = fgetxattr(&before.file, name, &mut value[..])
            .and_then(|length| fsetxattr(to, name, &value[..length], XattrFlags::empty()));
        if name == ACL.as_bytes() {
            copied?;
        }
    }
    Ok(())
}
