//! A new edition for the child that runs: its files are replaced, and it is told.

use tokio::time::timeout;

use super::child::{Child, shell};
use super::edition::Edition;
use super::ended::Ended;
use super::news::News;
use super::options::{OnChange, Ready};
use super::supervisor::{Supervisor, Turn};

/// What became of a change.
pub(super) enum Touched {
    /// The child that runs now has it.
    Moved(Child),
    /// The child that runs has the edition before it, or does not know of the new one, because of this.
    Stayed(Child, String),
    /// There is no child any more.
    Ended(Ended),
}

impl Supervisor {
    /// Replaces the files of the child and tells it. Its old version stays held until it has ended: what it has in its
    /// memory cannot be seen.
    pub(super) async fn touch(&mut self, mut child: Child, edition: Edition) -> Touched {
        let versions = edition.versions();
        if let Err(error) = child.refresh(edition) {
            return Touched::Stayed(child, format!("a file for the child cannot be replaced: {error}"));
        }
        let told = match self.tell(&mut child).await {
            Turn::Ended(ended) => return Touched::Ended(ended),
            Turn::Came(told) => told,
        };
        if let Err(why) = told {
            return Touched::Stayed(child, why);
        }
        if let Some(edition) = child.edition().filter(|_| self.says_delivered()) {
            edition.delivered();
        }
        self.hears.hear(&News::Refreshed { versions });
        Touched::Moved(child)
    }

    /// A child that is not told reads when it likes, so nobody knows when it has the new version.
    fn says_delivered(&self) -> bool {
        !matches!(self.options.on_change, OnChange::Nothing)
    }

    async fn tell(&mut self, child: &mut Child) -> Turn<Result<(), String>> {
        let (pace, id) = (self.options.pace, child.id());
        match self.options.on_change.clone() {
            OnChange::Exec(line) => {
                let limit = pace.stop;
                let work = async move { shell(&line, id, limit).await };
                match self.attend(child, work).await {
                    Turn::Came(Err(why)) => Turn::Came(Err(format!("the command on a change failed: {why}"))),
                    turn => turn,
                }
            }
            OnChange::Signal(signal) => {
                child.tell(signal);
                self.settled(child).await
            }
            OnChange::Nothing | OnChange::Restart(_) => Turn::Came(Ok(())),
        }
    }

    /// A child that was told has taken the new version when it is as ready as it was after its start. What it said on
    /// its socket it says once, so a child that did gets the time of a plain one.
    async fn settled(&mut self, child: &mut Child) -> Turn<Result<(), String>> {
        let (pace, id) = (self.options.pace, child.id());
        let ready = self.options.ready.clone();
        let work = async move {
            match ready {
                Ready::StaysUp(span) => tokio::time::sleep(span).await,
                Ready::Notify => tokio::time::sleep(Ready::USUAL).await,
                Ready::Command(line) => {
                    while shell(&line, id, pace.stop).await.is_err() {
                        tokio::time::sleep(Ready::USUAL).await;
                    }
                }
            }
        };
        match self.attend(child, timeout(pace.start, work)).await {
            Turn::Ended(ended) => Turn::Ended(ended),
            Turn::Came(Ok(())) => Turn::Came(Ok(())),
            Turn::Came(Err(_)) => {
                Turn::Came(Err("the child was told, and did not become ready again in time".to_owned()))
            }
        }
    }
}
