//! The keeper of a file: writes it, tells of it, and does both again for each new version.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keybaton_types::{SecretId, VersionNo};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::config::Entry;
use crate::burst::{burst, drawn};
use crate::file::{Replaced, replace};
use crate::grip::{Feed, Grip};

/// How long it is quiet before a burst of changes counts as over.
const SETTLE: Duration = Duration::from_millis(500);

/// The first and the longest pause before something is tried again.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(1));

/// What the agent says of a file; never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileNews {
    /// It holds these versions, and whoever is to be told was told.
    Kept {
        /// The file.
        path: PathBuf,
        /// What stands in it.
        versions: Vec<(SecretId, VersionNo)>,
    },
    /// Something failed. The last good file stays, and it is tried again.
    Failed {
        /// The file.
        path: PathBuf,
        /// What failed.
        why: String,
    },
}

/// Who hears of files.
pub trait Told: Send + Sync {
    /// Takes one piece of news.
    fn hear(&self, news: &FileNews);
}

/// Files that are kept. What stood in them is held for as long as this lives: their readers may have it in memory, and
/// nobody sees that, so it is never told as dropped.
pub struct Files {
    work: JoinSet<()>,
    held: Held,
}

type Held = Arc<Mutex<Vec<Arc<dyn Grip>>>>;

impl Files {
    /// Begins to keep files.
    pub fn keep(entries: Vec<Entry>, feed: &Arc<dyn Feed>, told: &Arc<dyn Told>) -> Self {
        let (mut work, held) = (JoinSet::new(), Held::default());
        for entry in entries {
            let (feed, told, held) = (Arc::clone(feed), Arc::clone(told), Arc::clone(&held));
            work.spawn(Keeper { entry, feed, told, held, owes: false }.run());
        }
        Self { work, held }
    }

    /// Writes no more; the files stay. Drop this only when the client is closed.
    pub async fn stop(&mut self) {
        self.work.shutdown().await;
    }

    /// How many versions are held.
    pub fn count(&self) -> usize {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

struct Keeper {
    entry: Entry,
    feed: Arc<dyn Feed>,
    told: Arc<dyn Told>,
    held: Held,
    /// Somebody has to be told of a change and was not.
    owes: bool,
}

type Grips = Vec<(SecretId, Arc<dyn Grip>)>;

impl Keeper {
    async fn run(mut self) {
        let mut pause = PAUSES.0;
        loop {
            match self.turn().await {
                Ok(grips) => {
                    pause = PAUSES.0;
                    let versions = versions(&grips);
                    self.delivered(&grips);
                    drop(grips);
                    self.told.hear(&FileNews::Kept { path: self.entry.path.clone(), versions: versions.clone() });
                    burst(&self.feed, &versions, SETTLE, self.entry.jitter).await;
                }
                Err(why) => {
                    self.told.hear(&FileNews::Failed { path: self.entry.path.clone(), why });
                    sleep(pause + drawn(pause)).await;
                    pause = (pause * 2).min(PAUSES.1);
                }
            }
        }
    }

    /// One write and what follows it.
    async fn turn(&mut self) -> Result<Grips, String> {
        let mut grips: Grips = Vec::new();
        for secret in self.entry.content.secrets() {
            let grip = self.feed.newest(&secret).await.map_err(|unread| unread.to_string())?;
            grips.push((secret, grip));
        }
        let find = |wanted: &SecretId| grips.iter().find(|(secret, _)| secret == wanted).map(|(_, grip)| grip.value());
        let content = self.entry.content.render(find).map_err(|error| error.to_string())?;
        let (path, access) = (self.entry.path.clone(), self.entry.access);
        let write = tokio::task::spawn_blocking(move || replace(&path, &content, access));
        let written = write.await.map_err(|_| "the write was given up".to_owned())?;
        let written = written.map_err(|error| format!("it cannot be written: {error}"))?;
        // whoever reads a file that was not there before has not begun yet
        self.owes |= written == Replaced::Changed;
        if let Some(change) = self.entry.on_change.as_ref().filter(|_| self.owes) {
            change.tell().await.map_err(|why| format!("it is written, and telling of it failed: {why}"))?;
        }
        self.owes = false;
        Ok(grips)
    }

    fn delivered(&self, grips: &Grips) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, grip) in grips {
            grip.delivered();
            held.push(Arc::clone(grip));
        }
    }
}

fn versions(grips: &Grips) -> Vec<(SecretId, VersionNo)> {
    grips.iter().map(|(secret, grip)| (secret.clone(), grip.version())).collect()
}
