//! Folders of servers: templates that are kept, and one per run that is swept away by the next.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use super::process::Account;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Where templates and runs live: `keybaton-testkit` in cargo's target folder, or in the temporary folder where a
/// server's user cannot reach that.
pub(super) fn root(account: Account) -> PathBuf {
    let target = target();
    let reachable = account.ids.is_none() || target.ancestors().all(open_to_all);
    let root = if reachable { target } else { std::env::temp_dir() }.join("keybaton-testkit");
    fs::create_dir_all(&root).expect("make the folder of the servers");
    root
}

/// Cargo's target folder.
pub(super) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(beside_the_binary, PathBuf::from)
}

/// Makes an empty folder for one run, and removes those whose process is gone.
pub(super) fn run(root: &Path, account: Account) -> PathBuf {
    sweep(root);
    let no = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = root.join(format!("run-{}-{no}", std::process::id()));
    private(&folder, account);
    folder
}

/// Makes a folder that only the server's user enters.
pub(super) fn private(folder: &Path, account: Account) {
    fs::create_dir_all(folder).expect("make a server's folder");
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("close a server's folder");
    account.own(folder);
}

/// Copies a folder with its owners, by reference where the file system can.
pub(super) fn copy(from: &Path, to: &Path) {
    let copied = Command::new("cp").args(["-a", "--reflink=auto"]).args([from, to]).status();
    assert!(copied.is_ok_and(|status| status.success()), "copy a server's template");
}

/// Removes the runs of processes that no longer exist.
fn sweep(root: &Path) {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix("run-").and_then(|rest| rest.split('-').next()).map(str::to_owned);
        if owner.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            release_memory(&entry.path());
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// A killed `PostgreSQL` leaves a small segment of shared memory behind, and a machine has room for 4,096 of them.
fn release_memory(run: &Path) {
    let Ok(text) = fs::read_to_string(run.join("data/postmaster.pid")) else { return };
    let segment = text.lines().nth(6).and_then(|line| line.split_whitespace().last());
    if let Some(id) = segment {
        let _ = Command::new("ipcrm").args(["-m", id]).output();
    }
}

/// `target/debug/deps/it-…` is the binary; its third ancestor is the target folder.
fn beside_the_binary() -> PathBuf {
    let binary = std::env::current_exe().expect("find the test binary");
    binary.ancestors().nth(3).expect("find the target folder").to_owned()
}

fn open_to_all(folder: &Path) -> bool {
    folder.as_os_str().is_empty() || fs::metadata(folder).is_ok_and(|found| found.permissions().mode() & 0o1 == 0o1)
}
