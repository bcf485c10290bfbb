//! What the disk holds of a secret, and how it follows what is at hand.

use std::sync::Arc;
use std::time::Duration;

use keybaton_types::{Moment, VersionNo};
use tokio::task::JoinHandle;

use super::Keeper;
use crate::cache::{DiskCache, Facts, Unkept};
use crate::detour::server::Server;
use crate::held::Held;
use crate::term::{Ends, Reach};

/// How long a version waits for the disk before it is lent all the same; its use is told only after the disk has it.
const PATIENCE: Duration = Duration::from_secs(2);

/// The pause before the disk is tried again.
const AGAIN: Duration = Duration::from_secs(10);

/// What the disk holds, as far as we know.
#[derive(Default)]
pub(super) struct Shadow {
    version: Option<VersionNo>,
    again: Option<Moment>,
    writing: Option<Writing>,
}

/// A version, or none, on its way to the disk.
struct Writing {
    version: Option<VersionNo>,
    task: JoinHandle<Result<(), Unkept>>,
}

impl Shadow {
    /// Whether the disk may hold a version.
    pub(super) fn holds(&self, version: VersionNo) -> bool {
        let being_written = self.writing.as_ref().is_some_and(|writing| writing.version == Some(version));
        self.version == Some(version) || being_written
    }

    /// How long until the disk is tried again, if it has to be.
    pub(super) fn next(&self, now: Moment) -> Option<Duration> {
        self.again.map(|at| at.wall.since(now.wall))
    }
}

impl Keeper {
    /// Begins with what the disk holds, if it may still be used.
    pub(super) async fn restore(&mut self) {
        let Some(cache) = self.house.cache.clone() else { return };
        let id = self.stock.id.clone();
        let read = tokio::task::spawn_blocking(move || cache.load(&id)).await;
        let (facts, value) = match read {
            Ok(Ok(Some(kept))) => kept,
            Ok(Ok(None)) => return,
            Ok(Err(words)) => return self.complain(words),
            Err(error) => return self.complain(error.to_string()),
        };
        self.highest = facts.highest;
        self.condemned.clone_from(&facts.condemned);
        self.dead.clone_from(&facts.dead);
        self.overruled = facts.overruled;
        if facts.denied {
            self.server = Server::Refused;
        }
        let Some(value) = value else { return };
        let tally = self.stock.begin_tally(facts.version);
        self.prints.insert(facts.version, facts.fingerprint.clone());
        self.recognise(facts.version, &value);
        let ends = facts.ends(self.now());
        let held = Held::new(value, facts.fingerprint, facts.published, ends, tally, &self.stock.gone);
        self.shadow.version = Some(facts.version);
        if self.condemned.contains(&facts.version) || held.term.reach(self.now()) == Reach::Over {
            drop(held);
            return self.save().await;
        }
        held.tally.keep();
        self.stock.put(Arc::new(held));
        self.course.since = facts.detour;
        if facts.detour.is_some() {
            // what was read without the server is told when it is there, over a restart too
            self.stock.tally(facts.version).announce();
            self.aside = facts.version;
            let place = self.house.detour(&self.stock.id).map(|(detour, _)| detour.place().to_owned());
            self.tell_aside(place.as_deref().unwrap_or("the vault"), None);
        }
        self.stock.tell(|_| {});
        self.stock.wake();
        tracing::info!(secret = %self.stock.id, version = %facts.version, "a version is at hand from the cache");
    }

    /// Makes the disk hold what is at hand.
    pub(super) async fn save(&mut self) {
        let current = self.stock.current();
        self.save_version(&current).await;
    }

    /// Makes the disk hold a version, or none when it is blank.
    pub(super) async fn save_version(&mut self, held: &Arc<Held>) {
        let Some(cache) = self.house.cache.clone() else {
            held.tally.keep();
            return;
        };
        if !self.is_written().await {
            return self.try_again("the disk does not answer".to_owned());
        }
        let (id, facts, held) = (self.stock.id.clone(), self.facts(held), Arc::clone(held));
        let version = (!held.is_blank()).then(|| held.version());
        let write = move || store(&cache, &id, &facts, &held);
        self.shadow.writing = Some(Writing { version, task: tokio::task::spawn_blocking(write) });
        if !self.is_written().await {
            self.try_again("the disk does not answer".to_owned());
        }
    }

    /// Tries again what could not be written.
    pub(super) async fn save_again(&mut self, now: Moment) {
        if self.shadow.next(now).is_some_and(|left| left.is_zero()) {
            self.shadow.again = None;
            self.save().await;
        }
    }

    /// Waits for the disk, and notes what it holds then; false when it takes too long.
    async fn is_written(&mut self) -> bool {
        let Some(writing) = &mut self.shadow.writing else { return true };
        let version = writing.version;
        let Ok(written) = tokio::time::timeout(PATIENCE, &mut writing.task).await else { return false };
        self.shadow.writing = None;
        match written {
            Ok(Ok(())) => self.is_kept(version),
            Ok(Err(unkept)) if unkept.leaves_old => self.try_again(unkept.words),
            Ok(Err(unkept)) => {
                self.shadow.version = None;
                self.may_tell(version);
                self.try_again(unkept.words);
            }
            Err(error) => self.try_again(error.to_string()),
        }
        true
    }

    fn is_kept(&mut self, version: Option<VersionNo>) {
        self.shadow.version = version;
        self.shadow.again = None;
        self.may_tell(version);
        self.stock.tell(|notices| notices.cache_trouble = None);
    }

    fn may_tell(&self, version: Option<VersionNo>) {
        if let Some(version) = version {
            self.stock.tally(version).keep();
        }
    }

    fn try_again(&mut self, words: String) {
        self.shadow.again = Some(self.until(AGAIN));
        self.complain(words);
    }

    fn complain(&self, words: String) {
        if self.stock.notices.borrow().cache_trouble.as_ref() != Some(&words) {
            tracing::warn!(secret = %self.stock.id, "the cache does not hold what is at hand: {words}");
        }
        self.stock.tell(|notices| notices.cache_trouble = Some(words));
    }

    fn facts(&self, held: &Held) -> Facts {
        let Ends { fresh, end } = held.term.ends(self.now());
        Facts {
            version: held.version(),
            highest: self.highest,
            condemned: self.condemned.clone(),
            fingerprint: held.fingerprint.clone(),
            published: held.published,
            denied: self.server == Server::Refused,
            detour: self.course.since,
            dead: self.dead.clone(),
            overruled: self.overruled,
            fresh,
            end,
            written: self.now(),
        }
    }
}

fn store(cache: &DiskCache, id: &keybaton_types::SecretId, facts: &Facts, held: &Held) -> Result<(), Unkept> {
    cache.store(id, facts, (!held.is_blank()).then(|| held.value()))
}
