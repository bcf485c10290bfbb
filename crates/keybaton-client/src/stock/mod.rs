//! What is at hand of one secret, and how it is lent. Readers come in through [`Stock::lend`] and take no lock; the one
//! who puts things in is its keeper.

mod why;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, Guard};
use keybaton_types::{Moment, SecretId, VersionNo};
use tokio::sync::{Notify, watch};

pub(crate) use why::Why;

use crate::held::Held;
use crate::tally::{Desk, Tally};
use crate::term::Reach;
use crate::{Error, Lent, Notices};

/// How many refusals in a row make a plain reader fall back: it cannot repeat the call, so the first one does.
pub(crate) const AT_ONCE: u32 = 1;

/// How many refusals in a row make a caller fall back who repeats a refused call: enough for keybaton to see that it is
/// the version that fails.
pub(crate) const REPEATED: u32 = 10;

/// What is at hand of one secret.
pub(crate) struct Stock {
    pub(crate) id: SecretId,
    current: ArcSwap<Held>,
    good: ArcSwap<Held>,
    why: Mutex<Why>,
    tallies: Mutex<BTreeMap<VersionNo, Arc<Tally>>>,
    desk: Desk,
    /// Rung when a version is gone.
    pub(crate) gone: Arc<Notify>,
    /// Rung when a reader wants a newer answer.
    pub(crate) wanted: Notify,
    wants: AtomicBool,
    pub(crate) notices: watch::Sender<Arc<Notices>>,
    /// Counts how often readers who wait should look again: after each plain read, good or bad.
    pub(crate) rounds: watch::Sender<u64>,
}

impl Stock {
    pub(crate) fn new(id: SecretId, bell: &Arc<Notify>) -> Result<Self, Error> {
        let blank = Arc::new(Held::blank().map_err(Error::Seal)?);
        Ok(Self {
            id,
            current: ArcSwap::new(Arc::clone(&blank)),
            good: ArcSwap::new(blank),
            why: Mutex::new(Why::NotYet),
            tallies: Mutex::default(),
            desk: Desk::new(Arc::clone(bell)),
            gone: Arc::default(),
            wanted: Notify::new(),
            wants: AtomicBool::new(false),
            notices: watch::Sender::default(),
            rounds: watch::Sender::default(),
        })
    }

    /// Lends what may be used now; `refusals` in a row make the last good version the better choice.
    #[inline]
    pub(crate) fn lend(&self, now: Moment, refusals: u32) -> Result<Lent, Error> {
        let held = self.current.load();
        if held.term.is_fresh(now) && !held.tally.is_suspect(1) {
            return Ok(Lent::new(held));
        }
        self.lend_carefully(held, now, refusals)
    }

    #[cold]
    fn lend_carefully(&self, held: Guard<Arc<Held>>, now: Moment, refusals: u32) -> Result<Lent, Error> {
        if held.tally.is_suspect(refusals) {
            let good = self.good.load();
            let better = good.term.reach(now) != Reach::Over && !good.tally.is_suspect(1);
            if better && !held.tally.claims_trial(now.boot) {
                return Ok(Lent::new(good));
            }
        }
        match held.term.reach(now) {
            Reach::Fresh => Ok(Lent::new(held)),
            Reach::Stale => {
                self.want();
                Ok(Lent::new(held))
            }
            Reach::Over => {
                self.want();
                Err(self.refusal(!held.is_blank(), now))
            }
        }
    }

    /// Another value than the one that was refused, if there is one that was not refused too.
    pub(crate) fn other(&self, refused: &Held, now: Moment) -> Option<Lent> {
        let usable = |held: &Guard<Arc<Held>>| {
            let other = held.version() != refused.version() && held.fingerprint != refused.fingerprint;
            other && held.term.reach(now) != Reach::Over && !held.tally.is_suspect(1)
        };
        [self.current.load(), self.good.load()].into_iter().find(usable).map(Lent::new)
    }

    /// Whether what would be lent is inside of its time to live.
    pub(crate) fn is_fresh(&self, now: Moment) -> bool {
        self.current.load().term.is_fresh(now)
    }

    /// Asks the keeper for a newer answer, once.
    pub(crate) fn want(&self) {
        if !self.wants.swap(true, Ordering::AcqRel) {
            self.wanted.notify_one();
        }
    }

    /// The keeper has asked: the next wish counts again.
    pub(crate) fn asked(&self) {
        self.wants.store(false, Ordering::Release);
        self.wake();
    }

    /// Readers who wait look again.
    pub(crate) fn wake(&self) {
        self.rounds.send_modify(|count| *count += 1);
    }

    pub(crate) fn current(&self) -> Arc<Held> {
        self.current.load_full()
    }

    pub(crate) fn good(&self) -> Arc<Held> {
        self.good.load_full()
    }

    /// Makes another version the current one, and returns the one before.
    pub(crate) fn put(&self, held: Arc<Held>) -> Arc<Held> {
        self.current.swap(held)
    }

    /// Makes another version the last good one, and returns the one before.
    pub(crate) fn put_aside(&self, held: Arc<Held>) -> Arc<Held> {
        self.good.swap(held)
    }

    /// Why nothing is lent from now on, when nothing is.
    pub(crate) fn explain(&self, why: Why) {
        *self.why.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }

    /// Changes what is known beside the value; those who subscribed hear of it when it is something new.
    pub(crate) fn tell(&self, change: impl FnOnce(&mut Notices)) {
        self.notices.send_if_modified(|notices| {
            let mut next = Notices::clone(notices);
            change(&mut next);
            let (current, good) = (self.current.load(), self.good.load());
            next.version = (!current.is_blank()).then(|| current.version());
            next.last_good = (!good.is_blank()).then(|| good.version());
            let differs = next != **notices;
            if differs {
                next.revision += 1;
                *notices = Arc::new(next);
            }
            differs
        });
    }

    /// The tally of a version; it is made when it is asked for first.
    pub(crate) fn tally(&self, version: VersionNo) -> Arc<Tally> {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(tallies.entry(version).or_insert_with(|| Arc::new(Tally::new(version, self.desk.clone()))))
    }

    /// The tally of a version that comes into our hands, perhaps once more: what was not told of it before stays.
    pub(crate) fn begin_tally(&self, version: VersionNo) -> Arc<Tally> {
        let mut tallies = self.tallies.lock().unwrap_or_else(PoisonError::into_inner);
        let before = tallies.get(&version).filter(|tally| tally.is_gone()).map(|tally| tally.take());
        if before.is_some() {
            tallies.remove(&version);
        }
        let tally = tallies.entry(version).or_insert_with(|| Arc::new(Tally::new(version, self.desk.clone())));
        if let Some(untold) = &before {
            tally.put_back(untold);
        }
        Arc::clone(tally)
    }

    /// Whether there is a tally of a version.
    pub(crate) fn knows(&self, version: VersionNo) -> bool {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&version)
    }

    pub(crate) fn tallies(&self) -> Vec<Arc<Tally>> {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Forgets a version of which everything was told.
    pub(crate) fn settle(&self, version: VersionNo) {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner).remove(&version);
    }

    fn refusal(&self, was_held: bool, now: Moment) -> Error {
        let trouble = self.notices.borrow().reason(now);
        self.why.lock().unwrap_or_else(PoisonError::into_inner).error(&self.id, was_held, trouble)
    }
}
