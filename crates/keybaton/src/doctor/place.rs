//! The files of the state: whose they are, who may read them, and what kind of disk they are on.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

/// One file or folder.
pub(crate) struct Place {
    pub(crate) path: PathBuf,
    pub(crate) mode: u32,
    pub(crate) is_ours: bool,
}

/// The disk that the state is on.
pub(crate) struct Disk {
    pub(crate) free: u64,
    /// The name of a network file system, when it is on one.
    pub(crate) network: Option<&'static str>,
}

/// File systems on which locks or write order are not what a database needs (linux/magic.h).
const NETWORK: [(u64, &str); 8] = [
    (0x6969, "NFS"),
    (0x517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x0102_1997, "9P"),
    (0x00c3_6400, "Ceph"),
    (0x5346_414f, "AFS"),
    (0x0bd0_0bd0, "Lustre"),
];

impl Place {
    /// Looks at a file; `None` when it is not there.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let facts = fs::metadata(path).ok()?;
        let is_ours = facts.uid() == rustix::process::geteuid().as_raw();
        Some(Self { path: path.to_owned(), mode: facts.permissions().mode() & 0o7777, is_ours })
    }
}

impl Disk {
    /// Asks for the disk of a file.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let facts = rustix::fs::statfs(path).ok()?;
        let kind = u64::from(u32::try_from(facts.f_type & 0xffff_ffff).ok()?);
        let network = NETWORK.iter().find(|(known, _)| *known == kind).map(|(_, name)| *name);
        let size = u64::try_from(facts.f_bsize).unwrap_or_default();
        Some(Self { free: facts.f_bavail.saturating_mul(size), network })
    }
}
