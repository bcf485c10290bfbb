//! The keeper of a file: writes it, tells of it, and does both again for each new version.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use keybaton_types::{SecretId, VersionNo};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

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

/// What stood in files.
pub(super) type Held = Arc<Mutex<Vec<Arc<dyn Grip>>>>;

/// The keeper of a file.
pub(super) struct Keeper {
    pub(super) entry: Entry,
    pub(super) feed: Arc<dyn Feed>,
    pub(super) told: Arc<dyn Told>,
    pub(super) held: Held,
    /// Whether somebody has to be told of a change and was not.
    pub(super) owes: bool,
}

type Grips = Vec<(SecretId, Arc<dyn Grip>)>;

impl Keeper {
    /// Keeps the file until it is told to stop, and says what it owes then. A write that has begun is ended, and whoever
    /// is to be told of it is told: what follows finds the file at rest.
    pub(super) async fn run(mut self, stop: CancellationToken) -> bool {
        let mut pause = PAUSES.0;
        loop {
            let Some(grips) = stop.run_until_cancelled(self.grips()).await else { return self.owes };
            let kept = match grips {
                Ok(grips) => self.turn(grips).await,
                Err(why) => Err(why),
            };
            let next = match kept {
                Ok(versions) => {
                    pause = PAUSES.0;
                    self.told.hear(&FileNews::Kept { path: self.entry.path.clone(), versions: versions.clone() });
                    stop.run_until_cancelled(burst(&self.feed, &versions, SETTLE, self.entry.jitter)).await
                }
                Err(why) => {
                    self.told.hear(&FileNews::Failed { path: self.entry.path.clone(), why });
                    let waited = stop.run_until_cancelled(sleep(pause + drawn(pause))).await;
                    pause = (pause * 2).min(PAUSES.1);
                    waited
                }
            };
            if next.is_none() {
                return self.owes;
            }
        }
    }

    async fn grips(&self) -> Result<Grips, String> {
        let mut grips: Grips = Vec::new();
        for secret in self.entry.content.secrets() {
            let grip = self.feed.newest(&secret).await.map_err(|unread| unread.to_string())?;
            grips.push((secret, grip));
        }
        Ok(grips)
    }

    /// One write and what follows it.
    async fn turn(&mut self, grips: Grips) -> Result<Vec<(SecretId, VersionNo)>, String> {
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
        self.delivered(&grips);
        Ok(versions(&grips))
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
