//! The supervisor itself: one child that has its secrets, and what happens when one of them changes.

use std::future::pending;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use super::child::Child;
use super::edition::Edition;
use super::ended::Ended;
use super::folder::Folder;
use super::forward::{Came, Forward};
use super::news::{Hear, News};
use super::options::{OnChange, Options};
use super::orphans::{self, Orphans};
use super::ready::Sign;
use super::terminal::Terminal;
use super::touch::Touched;
use crate::burst::{burst, drawn};
use crate::grip::{Feed, Unread};

/// The longest pause before something is tried again.
const LONGEST: Duration = Duration::from_mins(5);

/// Supervises one command.
pub struct Supervisor {
    pub(super) options: Options,
    pub(super) feed: Arc<dyn Feed>,
    pub(super) hears: Arc<dyn Hear>,
    pub(super) terminal: Terminal,
    pub(super) folder: Folder,
    pub(super) forward: Forward,
    orphans: Orphans,
    started: u64,
    /// Nothing new is begun any more.
    pub(super) ending: bool,
}

/// The supervisor did not begin, so the command was never started.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no place for the files of the child.
    #[error("make a private folder for the files of the child")]
    Folder(#[source] std::io::Error),
    /// Signals cannot be listened to.
    #[error("listen to signals")]
    Signals(#[source] std::io::Error),
    /// A secret could not be read.
    #[error(transparent)]
    Unread(#[from] Unread),
    /// The command could not be started.
    #[error("{0}")]
    Start(String),
}

/// What comes next while a child runs.
enum Next {
    /// It is ready.
    Ready,
    /// Another version is to be used.
    Change,
}

/// What came first.
pub(super) enum Turn<T> {
    /// What was waited for.
    Came(T),
    /// The child has ended by itself.
    Ended(Ended),
}

impl Supervisor {
    /// Prepares everything that does not need a secret.
    pub fn new(options: Options, feed: Arc<dyn Feed>, hears: Arc<dyn Hear>) -> Result<Self, Error> {
        let terminal = Terminal::ours();
        let orphans = Orphans::adopt().map_err(Error::Signals)?;
        let forward = Forward::listen(terminal).map_err(Error::Signals)?;
        let folder = Folder::make().map_err(Error::Folder)?;
        Ok(Self { options, feed, hears, terminal, folder, forward, orphans, started: 0, ending: false })
    }

    /// Starts the command, and stays until it has ended for good.
    pub async fn run(mut self) -> Result<Ended, Error> {
        let edition = match self.first().await? {
            Ok(edition) => edition,
            Err(ended) => return Ok(ended),
        };
        let (child, sign) = self.start(edition).map_err(Error::Start)?;
        Ok(self.stay(child, sign).await)
    }

    /// The first edition, unless somebody ends us before it is there.
    async fn first(&mut self) -> Result<Result<Edition, Ended>, Error> {
        let feed = Arc::clone(&self.feed);
        let newest = Edition::newest(feed.as_ref(), &self.options.slots);
        tokio::pin!(newest);
        loop {
            tokio::select! {
                edition = &mut newest => return Ok(Ok(edition?)),
                came = self.forward.next() => if let Some(ended) = came.without_a_child() { return Ok(Err(ended)) },
            }
        }
    }

    async fn stay(mut self, mut child: Child, sign: Sign) -> Ended {
        let (mut sign, mut pause, mut is_due) = (Some(sign), self.options.pace.retry, false);
        loop {
            if !is_due {
                match self.quiet(&mut child, sign.as_ref()).await {
                    Turn::Ended(ended) => return ended,
                    Turn::Came(Next::Ready) => {
                        sign = None;
                        self.is_ready(&child);
                        continue;
                    }
                    Turn::Came(Next::Change) => {}
                }
            }
            if self.ending {
                return self.outlive(&mut child).await;
            }
            match self.change(child).await {
                Touched::Ended(ended) => return ended,
                Touched::Moved(moved) => (child, sign, pause, is_due) = (moved, None, self.options.pace.retry, false),
                Touched::Stayed(stayed, why) => {
                    (child, is_due) = (stayed, true);
                    self.hears.hear(&News::Postponed { why });
                    if let Turn::Ended(ended) = self.attend(&mut child, sleep(pause + drawn(pause))).await {
                        return ended;
                    }
                    pause = (pause * 2).min(LONGEST);
                }
            }
        }
    }

    /// Waits for what comes next while a child runs: that it is ready, or that a version changes.
    async fn quiet(&mut self, child: &mut Child, sign: Option<&Sign>) -> Turn<Next> {
        let (pace, id, feed) = (self.options.pace, child.id(), Arc::clone(&self.feed));
        let versions = child.edition().map(Edition::versions).unwrap_or_default();
        let is_idle = matches!(self.options.on_change, OnChange::Nothing) && !self.has_files();
        let ready = async {
            match sign {
                Some(sign) => sign.seen(id, pace).await,
                None => pending().await,
            }
        };
        let change = async {
            if is_idle {
                pending::<()>().await;
            }
            burst(&feed, &versions, pace.settle, pace.jitter).await;
        };
        let next = async {
            tokio::select! {
                () = ready => Next::Ready,
                () = change => Next::Change,
            }
        };
        self.attend(child, next).await
    }

    /// Takes the newest edition, and hands it over in the way that was asked for.
    async fn change(&mut self, mut child: Child) -> Touched {
        let (feed, slots) = (Arc::clone(&self.feed), self.options.slots.clone());
        let newest = async move { Edition::newest(feed.as_ref(), &slots).await };
        let edition = match self.attend(&mut child, newest).await {
            Turn::Ended(ended) => return Touched::Ended(ended),
            Turn::Came(Err(unread)) => return Touched::Stayed(child, unread.to_string()),
            Turn::Came(Ok(edition)) => edition,
        };
        match self.options.on_change {
            OnChange::Restart(order) => self.restart(child, edition, order).await,
            OnChange::Signal(_) | OnChange::Exec(_) | OnChange::Nothing => self.touch(child, edition).await,
        }
    }

    /// Nothing is done any more but waiting for the end.
    async fn outlive(&mut self, child: &mut Child) -> Ended {
        loop {
            if let Turn::Ended(ended) = self.attend(child, pending::<()>()).await {
                return ended;
            }
        }
    }

    /// Waits for something, while signals are passed on and whoever has ended is reaped.
    pub(super) async fn attend<T>(&mut self, child: &mut Child, work: impl Future<Output = T>) -> Turn<T> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                ended = child.ended() => return Turn::Ended(ended),
                came = self.forward.next() => self.pass(came, &[child]),
                () = self.orphans.any() => orphans::reap(),
                done = &mut work => return Turn::Came(done),
            }
        }
    }

    /// As [`Supervisor::attend`], with another child beside it whose end is what is waited for.
    pub(super) async fn attend_both<T>(
        &mut self,
        child: &mut Child,
        next: &mut Child,
        work: impl Future<Output = T>,
    ) -> (Option<Ended>, Turn<T>) {
        tokio::pin!(work);
        let mut gone = None;
        loop {
            tokio::select! {
                biased;
                ended = next.ended() => return (gone, Turn::Ended(ended)),
                ended = child.ended(), if gone.is_none() => gone = Some(ended),
                came = self.forward.next() => self.pass(came, &[child, next]),
                () = self.orphans.any() => orphans::reap(),
                done = &mut work => return (gone, Turn::Came(done)),
            }
        }
    }

    fn pass(&mut self, came: Came, children: &[&mut Child]) {
        let signal = match came {
            Came::Pass(signal) => Some(signal),
            Came::End(signal) => {
                self.ending = true;
                Some(signal)
            }
            Came::Typed => None,
        };
        for child in children {
            if let Some(signal) = signal {
                child.tell(signal);
            }
        }
    }

    /// Starts a child with an edition.
    pub(super) fn start(&mut self, edition: Edition) -> Result<(Child, Sign), String> {
        self.started += 1;
        let private: &Path = self.folder.path();
        let sign = Sign::prepare(&self.options.ready, private, self.started).map_err(|error| error.to_string())?;
        let versions = edition.versions();
        let child = Child::start(&self.options, self.terminal, edition, private, self.started, sign.socket())?;
        self.hears.hear(&News::Started { child: child.id(), versions });
        Ok((child, sign))
    }

    /// The child is ready and nobody before it is left.
    pub(super) fn is_ready(&self, child: &Child) {
        if let Some(edition) = child.edition() {
            edition.delivered();
        }
        self.hears.hear(&News::Ready { child: child.id() });
    }

    pub(super) fn has_files(&self) -> bool {
        self.options.slots.iter().any(|slot| slot.form == super::slot::Form::File)
    }
}
