//! The template of a data folder: made once per version of the server, then copied.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use crate::server::process::Account;
use crate::server::{folder, program};

/// Tests of one binary wait for each other; those of two binaries at once build twice, and the first stays.
static BUILDING: Mutex<()> = Mutex::new(());

/// The program of the server.
pub(super) fn server() -> PathBuf {
    program::find("mariadbd", "MariaDB", "mariadb-server")
}

/// Copies a data folder that was never started; its superuser `root` has no password yet, and a socket of its own.
pub(super) fn copy_to(data: &Path, root: &Path, account: Account) {
    let template = root.join(format!("mariadb-{}", version()));
    let _alone = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
    if !template.exists() {
        build(&template, root, account);
    }
    folder::copy(&template.join("data"), data);
}

/// Builds beside and renames, so that a build that is cut short leaves no template.
fn build(template: &Path, root: &Path, account: Account) {
    let beside = root.join(format!("run-{}-mariadb-template", std::process::id()));
    folder::private(&beside, account);
    let program = program::find("mariadb-install-db", "MariaDB", "mariadb-server");
    let mut install = account.command(&program);
    install.arg("--no-defaults").arg(format!("--datadir={}", beside.join("data").display()));
    install.args(["--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-log-file-size=4M"]);
    let made = install.current_dir(&beside).output().expect("start mariadb-install-db through setpriv");
    assert!(made.status.success(), "mariadb-install-db failed: {}", String::from_utf8_lossy(&made.stderr));
    if std::fs::rename(&beside, template).is_err() {
        assert!(template.exists(), "the template could not be put in place");
        let _ = std::fs::remove_dir_all(&beside);
    }
}

/// `mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for …`.
fn version() -> String {
    let output = Command::new(server()).args(["--no-defaults", "--version"]).output();
    let text = String::from_utf8_lossy(&output.expect("ask MariaDB for its version").stdout).into_owned();
    text.split_whitespace().nth(2).unwrap_or("unknown").to_owned()
}
