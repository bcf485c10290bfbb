//! The template of a data folder: made once per version of the server, then copied.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use keybaton_seal::{Alphabet, SecretValue, draw};

use super::binaries::Binaries;
use crate::server::{folder, process::Account};

/// The superuser of every server.
pub(super) const ADMIN: &str = "admin";

/// Tests of one binary wait for each other; those of two binaries at once build twice, and the first stays.
static BUILDING: Mutex<()> = Mutex::new(());

/// A data folder that was never started, and the password of its superuser.
pub(super) struct Template {
    folder: PathBuf,
}

impl Template {
    /// Finds the template of this version, or makes it.
    pub(super) fn of(binaries: &Binaries, root: &Path, account: Account) -> Self {
        let folder = root.join(format!("postgres-{}", binaries.version));
        let _alone = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
        if !folder.exists() {
            build(binaries, &folder, root, account);
        }
        Self { folder }
    }

    /// Copies the data folder.
    pub(super) fn copy_to(&self, data: &Path) {
        folder::copy(&self.folder.join("data"), data);
    }

    /// The superuser's password.
    pub(super) fn password(&self) -> SecretValue {
        let file = fs::File::open(self.folder.join("password")).expect("open the template's password");
        SecretValue::read_from(file).expect("read the template's password")
    }
}

/// Builds beside and renames, so that a build that is cut short leaves no template.
fn build(binaries: &Binaries, folder: &Path, root: &Path, account: Account) {
    let beside = root.join(format!("run-{}-postgres-template", std::process::id()));
    folder::private(&beside, account);
    let password = beside.join("password");
    let drawn = draw(&Alphabet::ALPHANUMERIC, 24).expect("draw a password");
    fs::write(&password, drawn.expose()).expect("write the template's password");
    fs::set_permissions(&password, fs::Permissions::from_mode(0o600)).expect("close the template's password");
    account.own(&password);
    let mut initdb = account.command(&binaries.program("initdb"));
    initdb.arg("-D").arg(beside.join("data")).args(["-U", ADMIN, "--auth=scram-sha-256", "--pwfile"]).arg(&password);
    initdb.args(["--no-sync", "--encoding=UTF8", "--locale=C"]).current_dir(&beside);
    let made = initdb.output().expect("start initdb through setpriv (package util-linux)");
    assert!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
    if fs::rename(&beside, folder).is_err() {
        assert!(folder.exists(), "the template could not be put in place");
        let _ = fs::remove_dir_all(&beside);
    }
}
