//! Consumers under load: each connects with what it read last, queries, and connects again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use sqlx::Connection;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::bench::{Login, Roles};

/// How often a consumer reads its login again.
const READ: Duration = Duration::from_millis(250);

/// Consumers that never pause.
pub(super) struct Load {
    tasks: JoinSet<Vec<String>>,
    stop: Arc<AtomicBool>,
    calls: Arc<AtomicU64>,
}

impl Load {
    /// Starts so many consumers, and one reader that hands them what the command serves.
    pub(super) async fn start(roles: &Arc<Roles>, consumers: usize) -> Self {
        let (stop, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (serve, served) = watch::channel(roles.login().await);
        let mut tasks = JoinSet::new();
        tasks.spawn(read(Arc::clone(roles), serve, Arc::clone(&stop)));
        for _ in 0..consumers {
            tasks.spawn(consume(Arc::clone(roles), served.clone(), Arc::clone(&stop), Arc::clone(&calls)));
        }
        Self { tasks, stop, calls }
    }

    /// Stops, and tells how many calls succeeded and how each other failed.
    pub(super) async fn stop(self) -> (u64, Vec<String>) {
        self.stop.store(true, Ordering::Relaxed);
        let failed = self.tasks.join_all().await.concat();
        (self.calls.load(Ordering::Relaxed), failed)
    }
}

async fn read(roles: Arc<Roles>, serve: watch::Sender<Login>, stop: Arc<AtomicBool>) -> Vec<String> {
    while !stop.load(Ordering::Relaxed) {
        serve.send_replace(roles.login().await);
        tokio::time::sleep(READ).await;
    }
    Vec::new()
}

async fn consume(
    roles: Arc<Roles>,
    served: watch::Receiver<Login>,
    stop: Arc<AtomicBool>,
    calls: Arc<AtomicU64>,
) -> Vec<String> {
    let mut failed = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let login = served.borrow().clone();
        match call(&roles, &login).await {
            Ok(()) => drop(calls.fetch_add(1, Ordering::Relaxed)),
            Err(error) => failed.push(format!("{}: {error}", login.role)),
        }
    }
    failed
}

/// A session with a few statements in it.
async fn call(roles: &Roles, login: &Login) -> Result<(), sqlx::Error> {
    let mut session = roles.open(login).await?;
    for _ in 0..3 {
        sqlx::raw_sql("INSERT INTO orders VALUES (1); SELECT pg_sleep(0.02)").execute(&mut session).await?;
    }
    session.close().await
}
