//! Whoever the child leaves behind becomes ours, and is reaped when it ends: we may be the first process of a container.

use std::collections::BTreeSet;
use std::fs;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::process::{Pid, WaitOptions, getpid, set_child_subreaper, waitpid};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Waits for ended processes that nobody else waits for.
pub(super) struct Orphans(Signal);

impl Orphans {
    /// From now on what the child leaves behind is ours.
    pub(super) fn adopt() -> std::io::Result<Self> {
        set_child_subreaper(Some(getpid()))?;
        signal(SignalKind::child()).map(Self)
    }

    /// Waits until some process of ours has ended; may be given up and begun again.
    pub(super) async fn any(&mut self) {
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// Processes that somebody here waits for.
static OWN: Mutex<BTreeSet<u32>> = Mutex::new(BTreeSet::new());

/// A process that somebody here waits for; as long as this lives, nobody else reaps it.
pub(super) struct Own(u32);

impl Own {
    pub(super) fn new(id: Option<u32>) -> Self {
        let id = id.unwrap_or_default();
        own().insert(id);
        Self(id)
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        own().remove(&self.0);
    }
}

fn own() -> MutexGuard<'static, BTreeSet<u32>> {
    OWN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reaps every process of ours that has ended, but for those that somebody waits for.
pub(super) fn reap() {
    let own = own();
    for id in children().into_iter().filter(|id| !own.contains(id)) {
        if let Some(pid) = i32::try_from(id).ok().and_then(Pid::from_raw) {
            let _ = waitpid(Some(pid), WaitOptions::NOHANG);
        }
    }
}

/// The children of all our threads (proc(5), `/proc/PID/task/TID/children`).
fn children() -> BTreeSet<u32> {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>()).collect()
}
