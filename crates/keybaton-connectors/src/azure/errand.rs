//! One call of a port: its requests share a deadline, wherever in the libraries they are sent.

use std::time::Duration;

use keybaton_ports::{Called, Fault};
use tokio::time::{Instant, timeout_at};

use crate::duration::words;

tokio::task_local! {
    static PRESENT: Errand;
}

/// The usual time of a request that belongs to no call of a port.
const ALONE: Duration = Duration::from_secs(10);

/// One call of a port.
#[derive(Clone, Copy, Debug)]
pub(in crate::azure) struct Errand {
    pub(in crate::azure) timeout: Duration,
    pub(in crate::azure) deadline: Instant,
}

impl Errand {
    /// A call that begins now.
    pub(in crate::azure) fn begin(timeout: Duration) -> Self {
        Self { timeout, deadline: Instant::now() + timeout }
    }

    /// Works under this deadline.
    pub(in crate::azure) async fn run<T>(self, work: impl Future<Output = T>) -> T {
        PRESENT.scope(self, work).await
    }

    /// The call that is being worked on.
    pub(in crate::azure) fn present() -> Self {
        PRESENT.try_with(|errand| *errand).unwrap_or_else(|_| Self::begin(ALONE))
    }

    /// Waits for a part that sends nothing by itself, at most until the deadline.
    pub(in crate::azure) async fn wait<T>(self, what: &str, work: impl Future<Output = T>) -> Called<T> {
        let late = || Fault::unknown(format!("{what}: no answer within {}", words(self.timeout)));
        timeout_at(self.deadline, work).await.map_err(|_| late())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_that_does_not_end_is_ended_by_the_deadline_of_its_call() {
        let errand = Errand::begin(Duration::from_millis(1));
        let inner = errand.run(async { Errand::present().deadline }).await;
        assert_eq!(inner, errand.deadline);
        let fault = errand.wait("a login", std::future::pending::<()>()).await.unwrap_err();
        assert!(fault.to_string().starts_with("a login: no answer within"), "{fault}");
    }
}
