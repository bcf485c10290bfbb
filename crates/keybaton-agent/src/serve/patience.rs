//! How long a connection may be silent. hyper has a timer for this too, but makes and drops one at every request.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Context;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep};

/// How long a connection may take to say what it wants; one that has said something gets up to twice as long.
const PATIENCE: Duration = Duration::from_secs(30);

/// What was heard over one connection.
#[derive(Debug, Default)]
pub(super) struct Heard {
    requests: AtomicU64,
    is_answering: AtomicBool,
}

impl Heard {
    /// Notes that a request came.
    pub(super) fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes that a request is being answered, as long as this is held.
    pub(super) fn answering(&self) -> Busy<'_> {
        self.is_answering.store(true, Ordering::Relaxed);
        Busy(&self.is_answering)
    }
}

/// A request is being answered.
pub(super) struct Busy<'a>(&'a AtomicBool);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// Looks from time to time whether a connection says anything.
pub(super) struct Patience {
    timer: Pin<Box<Sleep>>,
    /// How many requests there were when it looked last.
    before: u64,
}

impl Patience {
    pub(super) fn new() -> Self {
        Self { timer: Box::pin(sleep(PATIENCE)), before: 0 }
    }

    /// Wakes this task when it is time to look.
    pub(super) fn watch(&mut self, context: &mut Context<'_>) {
        let _ = self.timer.as_mut().poll(context);
    }

    /// Whether the connection was silent for so long that it is closed.
    pub(super) fn is_over(&mut self, heard: &Heard, context: &mut Context<'_>) -> bool {
        if !self.timer.is_elapsed() {
            return false;
        }
        let requests = heard.requests.load(Ordering::Relaxed);
        let is_silent = requests == self.before && !heard.is_answering.load(Ordering::Relaxed);
        self.before = requests;
        self.timer.as_mut().reset(Instant::now() + PATIENCE);
        self.watch(context);
        is_silent
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;

    use super::*;

    /// How long it takes until patience ends, in seconds.
    async fn lasts(heard: &Heard) -> u64 {
        let (start, mut patience) = (Instant::now(), Patience::new());
        poll_fn(|context| {
            patience.watch(context);
            if patience.is_over(heard, context) { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        start.elapsed().as_secs()
    }

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_not_waited_for() {
        assert_eq!(lasts(&Heard::default()).await, 30);
    }

    #[tokio::test(start_paused = true)]
    async fn who_asks_is_waited_for_again() {
        let heard = Heard::default();
        let asks = async {
            for _ in 0..3 {
                sleep(PATIENCE * 9 / 10).await;
                heard.request();
            }
        };
        assert_eq!(tokio::join!(lasts(&heard), asks).0, 120);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_for_an_answer_is_silent_for_good_reason() {
        let heard = Heard::default();
        let busy = heard.answering();
        let answers = async {
            sleep(PATIENCE * 5 / 2).await;
            drop(busy);
        };
        assert_eq!(tokio::join!(lasts(&heard), answers).0, 90);
    }
}
