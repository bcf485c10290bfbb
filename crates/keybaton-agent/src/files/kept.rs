//! The files that are kept, each by a keeper of its own; a later configuration changes them while the agent runs.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::config::Entry;
use super::keeper::{Held, Keeper, Told};
use crate::grip::Feed;

/// How long the last writes and commands may take when the agent ends.
const FAREWELL: Duration = Duration::from_secs(2);

/// Files that are kept. What stood in them is held for as long as this lives: their readers may have it in memory, and
/// nobody sees that, so it is never told as dropped.
pub struct Files {
    feed: Arc<dyn Feed>,
    told: Arc<dyn Told>,
    kept: HashMap<PathBuf, Kept>,
    held: Held,
}

/// A file that is kept.
struct Kept {
    entry: Entry,
    stop: CancellationToken,
    work: JoinHandle<bool>,
}

impl Files {
    /// Begins to keep files.
    pub fn keep(entries: Vec<Entry>, feed: &Arc<dyn Feed>, told: &Arc<dyn Told>) -> Self {
        let (feed, told) = (Arc::clone(feed), Arc::clone(told));
        let mut files = Self { feed, told, kept: HashMap::new(), held: Held::default() };
        for entry in entries {
            files.begin(entry, false);
        }
        files
    }

    /// Keeps these files from now on. One that is the same goes on undisturbed, one that was changed begins anew when its
    /// last write is over, and one that is named no more is left as it is.
    pub async fn change(&mut self, entries: Vec<Entry>) {
        let mut before = std::mem::take(&mut self.kept);
        let (mut same, mut changed) = (Vec::new(), Vec::new());
        for entry in entries {
            match before.remove(&entry.path) {
                Some(kept) if kept.entry == entry => same.push(kept),
                Some(kept) => changed.push((entry, Some(kept))),
                None => changed.push((entry, None)),
            }
        }
        self.kept = same.into_iter().map(|kept| (kept.entry.path.clone(), kept)).collect();
        for kept in before.into_values() {
            kept.end().await;
        }
        for (entry, kept) in changed {
            let owes = match kept {
                Some(kept) => kept.end().await,
                None => false,
            };
            self.begin(entry, owes);
        }
    }

    /// Writes no more; the files stay. Drop this only when the client is closed.
    pub async fn stop(&mut self) {
        for kept in self.kept.values() {
            kept.stop.cancel();
        }
        let until = Instant::now() + FAREWELL;
        for (_, mut kept) in self.kept.drain() {
            if timeout_at(until, &mut kept.work).await.is_err() {
                kept.work.abort();
            }
        }
    }

    /// How many versions are held.
    pub fn count(&self) -> usize {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn begin(&mut self, entry: Entry, owes: bool) {
        let (feed, told, held) = (Arc::clone(&self.feed), Arc::clone(&self.told), Arc::clone(&self.held));
        let stop = CancellationToken::new();
        let work = tokio::spawn(Keeper { entry: entry.clone(), feed, told, held, owes }.run(stop.clone()));
        self.kept.insert(entry.path.clone(), Kept { entry, stop, work });
    }
}

impl Kept {
    /// Ends its work in order, and says whether somebody was still to be told of a change.
    async fn end(self) -> bool {
        self.stop.cancel();
        self.work.await.unwrap_or_default()
    }
}
