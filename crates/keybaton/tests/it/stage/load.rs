//! Consumers under load: each connects with what it read last, works, and connects again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

/// How often a consumer reads its login again.
const READ: Duration = Duration::from_millis(250);

/// What consumers read and what they do with it.
pub(crate) trait Consumed: Send + Sync + 'static {
    /// Reads the login.
    fn read(&self) -> impl Future<Output = String> + Send;

    /// Connects with a login, works a little, and hangs up.
    fn work(&self, login: &str) -> impl Future<Output = Result<(), String>> + Send;
}

/// Consumers that never pause.
pub(crate) struct Load {
    tasks: JoinSet<Vec<String>>,
    stop: Arc<AtomicBool>,
    calls: Arc<AtomicU64>,
}

impl Load {
    /// Starts so many consumers, and one reader that hands them what is served.
    pub(crate) async fn start<C: Consumed>(consumed: &Arc<C>, consumers: usize) -> Self {
        let (stop, calls) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (serve, served) = watch::channel(consumed.read().await);
        let mut tasks = JoinSet::new();
        tasks.spawn(read(Arc::clone(consumed), serve, Arc::clone(&stop)));
        for _ in 0..consumers {
            tasks.spawn(consume(Arc::clone(consumed), served.clone(), Arc::clone(&stop), Arc::clone(&calls)));
        }
        Self { tasks, stop, calls }
    }

    /// Stops, and asserts that every call succeeded and that there were some.
    pub(crate) async fn assert_unharmed(self) {
        self.stop.store(true, Ordering::Relaxed);
        let failed = self.tasks.join_all().await.concat();
        let calls = self.calls.load(Ordering::Relaxed);
        assert_eq!(failed, Vec::<String>::new(), "beside {calls} calls that succeeded");
        assert!(calls > 50, "{calls} calls are no load");
    }
}

async fn read<C: Consumed>(consumed: Arc<C>, serve: watch::Sender<String>, stop: Arc<AtomicBool>) -> Vec<String> {
    while !stop.load(Ordering::Relaxed) {
        serve.send_replace(consumed.read().await);
        tokio::time::sleep(READ).await;
    }
    Vec::new()
}

async fn consume<C: Consumed>(
    consumed: Arc<C>,
    served: watch::Receiver<String>,
    stop: Arc<AtomicBool>,
    calls: Arc<AtomicU64>,
) -> Vec<String> {
    let mut failed = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let login = served.borrow().clone();
        match consumed.work(&login).await {
            Ok(()) => drop(calls.fetch_add(1, Ordering::Relaxed)),
            Err(error) => failed.push(error),
        }
    }
    failed
}
