//! What is known and has to be told of one version: how calls with it ended, and that it is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, AtomicU64, Ordering};

use keybaton_types::VersionNo;
use keybaton_types::wire::{AuthResults, Kind};
use tokio::sync::Notify;

use crate::Said;

/// The first pause before a version that was refused is tried again, in microseconds.
const FIRST_TRIAL: i64 = 1_000_000;

/// How often the pause doubles: to about four minutes.
const DOUBLINGS: u32 = 8;

/// What is shared by all tallies of one secret.
#[derive(Clone, Debug, Default)]
pub(crate) struct Desk {
    /// Rung when something should be told soon.
    bell: Arc<Notify>,
    /// Counts uses, so that the last use of one version can be compared with that of another.
    uses: Arc<AtomicU64>,
}

impl Desk {
    pub(crate) fn new(bell: Arc<Notify>) -> Self {
        Self { bell, uses: Arc::default() }
    }
}

/// What is known and has to be told of one version. Everybody who was lent the version writes to it, without a lock.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) version: VersionNo,
    desk: Desk,
    ok: AtomicU64,
    unauthorized: AtomicU64,
    forbidden: AtomicU64,
    refused_in_row: AtomicU32,
    trial_at: AtomicI64,
    last_use: AtomicU64,
    used: AtomicBool,
    delivered: AtomicBool,
    announced: AtomicBool,
    good: AtomicBool,
    superseded: AtomicBool,
    kept: AtomicBool,
    /// How many values of this version there are: one, but for a value that came anew while somebody still has the first.
    holders: AtomicU32,
    gone: AtomicBool,
    off_disk: AtomicBool,
}

impl Tally {
    pub(crate) fn new(version: VersionNo, desk: Desk) -> Self {
        Self {
            version,
            desk,
            ok: AtomicU64::new(0),
            unauthorized: AtomicU64::new(0),
            forbidden: AtomicU64::new(0),
            refused_in_row: AtomicU32::new(0),
            trial_at: AtomicI64::new(0),
            last_use: AtomicU64::new(0),
            used: AtomicBool::new(false),
            delivered: AtomicBool::new(false),
            announced: AtomicBool::new(false),
            good: AtomicBool::new(false),
            superseded: AtomicBool::new(false),
            kept: AtomicBool::new(false),
            holders: AtomicU32::new(0),
            gone: AtomicBool::new(false),
            off_disk: AtomicBool::new(false),
        }
    }

    /// Counts how a call ended.
    pub(crate) fn note(&self, said: Said) {
        match said {
            Said::Accepted => self.accept(),
            Said::Unauthorized => self.refuse(&self.unauthorized),
            Said::Forbidden => self.refuse(&self.forbidden),
            Said::Nothing => {}
        }
    }

    fn accept(&self) {
        self.ok.fetch_add(1, Ordering::Relaxed);
        self.refused_in_row.store(0, Ordering::Relaxed);
        self.last_use.store(self.desk.uses.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
        self.used.store(true, Ordering::Release);
        let first = !self.good.swap(true, Ordering::AcqRel);
        if first || self.superseded.load(Ordering::Relaxed) {
            self.desk.bell.notify_one();
        }
    }

    fn refuse(&self, counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
        self.refused_in_row.fetch_add(1, Ordering::Relaxed);
        self.trial_at.store(0, Ordering::Relaxed);
        self.desk.bell.notify_one();
    }

    /// Notes that the value was written to a file or handed to a child that is ready.
    pub(crate) fn deliver(&self) {
        self.delivered.store(true, Ordering::Release);
        self.desk.bell.notify_one();
    }

    /// Notes that keybaton has to hear that we have this version, whatever it thinks itself.
    pub(crate) fn announce(&self) {
        self.announced.store(true, Ordering::Release);
        self.desk.bell.notify_one();
    }

    /// Whether the last so many calls with it were refused.
    #[inline]
    pub(crate) fn is_suspect(&self, refusals: u32) -> bool {
        self.refused_in_row.load(Ordering::Relaxed) >= refusals
    }

    /// Whether a call with it was ever let in.
    pub(crate) fn is_good(&self) -> bool {
        self.good.load(Ordering::Acquire)
    }

    /// Whether a version that was refused may be tried again now; the pause doubles with each trial that fails.
    pub(crate) fn claims_trial(&self, now_boot: i64) -> bool {
        let at = self.trial_at.load(Ordering::Relaxed);
        let row = self.refused_in_row.load(Ordering::Relaxed);
        let next = now_boot.saturating_add(FIRST_TRIAL << row.saturating_sub(1).min(DOUBLINGS));
        if at == 0 {
            let _ = self.trial_at.compare_exchange(0, next, Ordering::Relaxed, Ordering::Relaxed);
            return false;
        }
        now_boot >= at && self.trial_at.compare_exchange(at, next, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Another version is the current one now.
    pub(crate) fn supersede(&self) {
        self.superseded.store(true, Ordering::Relaxed);
    }

    /// What the disk holds is not older than this version, so that its use may be told (R6).
    pub(crate) fn keep(&self) {
        if !self.kept.swap(true, Ordering::AcqRel) && self.used.load(Ordering::Acquire) {
            self.desk.bell.notify_one();
        }
    }

    /// A value of this version is in our hands.
    pub(crate) fn hold(&self) {
        self.holders.fetch_add(1, Ordering::AcqRel);
    }

    /// A value is erased and nothing is in flight with it; with the last one the version is gone.
    pub(crate) fn vanish(&self) {
        let one_less = |holders: u32| Some(holders.saturating_sub(1));
        if self.holders.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_less).is_ok_and(|before| before <= 1) {
            self.gone.store(true, Ordering::Release);
        }
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.gone.load(Ordering::Acquire)
    }

    /// The value is on no disk of ours either: `dropped` may be told.
    pub(crate) fn leave_disk(&self) {
        if !self.off_disk.swap(true, Ordering::AcqRel) {
            self.desk.bell.notify_one();
        }
    }

    /// Takes what has to be told now; what could not be told comes back by [`Tally::put_back`].
    pub(crate) fn take(&self) -> Untold {
        let told_of = |flag: &AtomicBool| flag.swap(false, Ordering::AcqRel);
        // looked at before anything is taken: what is counted later makes it untrue only if somebody still uses it
        let dropped = self.is_gone() && self.off_disk.load(Ordering::Acquire);
        let may_tell_use = self.kept.load(Ordering::Acquire);
        Untold {
            sightings: [
                (Kind::Fetched, told_of(&self.announced)),
                (Kind::Delivered, may_tell_use && told_of(&self.delivered)),
                (Kind::Used, may_tell_use && told_of(&self.used)),
            ]
            .into_iter()
            .filter_map(|(kind, is_due)| is_due.then_some(kind))
            .collect(),
            results: AuthResults {
                version: self.version,
                ok: self.ok.swap(0, Ordering::AcqRel),
                unauthorized: self.unauthorized.swap(0, Ordering::AcqRel),
                forbidden: self.forbidden.swap(0, Ordering::AcqRel),
            },
            dropped,
            last_use: self.last_use.load(Ordering::Relaxed),
        }
    }

    /// Puts back what could not be told.
    pub(crate) fn put_back(&self, untold: &Untold) {
        for kind in &untold.sightings {
            match kind {
                Kind::Fetched => self.announced.store(true, Ordering::Release),
                Kind::Delivered => self.delivered.store(true, Ordering::Release),
                Kind::Used => self.used.store(true, Ordering::Release),
                // it follows from what is gone
                Kind::Dropped => {}
            }
        }
        self.ok.fetch_add(untold.results.ok, Ordering::AcqRel);
        self.unauthorized.fetch_add(untold.results.unauthorized, Ordering::AcqRel);
        self.forbidden.fetch_add(untold.results.forbidden, Ordering::AcqRel);
    }
}

/// What has to be told of one version.
#[derive(Debug)]
pub(crate) struct Untold {
    /// What became of it, but for its end.
    pub(crate) sightings: Vec<Kind>,
    /// How calls with it ended.
    pub(crate) results: AuthResults,
    /// Whether it is gone, which is the last that is told of it.
    pub(crate) dropped: bool,
    pub(crate) last_use: u64,
}

impl Untold {
    pub(crate) fn clear_results(&mut self) {
        self.results = AuthResults { version: self.results.version, ..AuthResults::default() };
    }

    pub(crate) fn has_results(&self) -> bool {
        self.results.ok + self.results.unauthorized + self.results.forbidden > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally() -> Tally {
        Tally::new(VersionNo(4), Desk::default())
    }

    #[test]
    fn a_use_is_told_only_when_the_disk_holds_nothing_older() {
        let tally = tally();
        tally.note(Said::Accepted);
        assert_eq!(tally.take().sightings, []);
        tally.keep();
        assert_eq!(tally.take().sightings, [Kind::Used]);
        assert_eq!(tally.take().sightings, []);
    }

    #[test]
    fn what_was_not_told_comes_back_with_what_came_since() {
        let tally = tally();
        tally.keep();
        tally.note(Said::Accepted);
        let untold = tally.take();
        tally.note(Said::Unauthorized);
        tally.put_back(&untold);
        let again = tally.take();
        assert_eq!(again.sightings, [Kind::Used]);
        assert_eq!((again.results.ok, again.results.unauthorized), (1, 1));
    }

    #[test]
    fn a_version_is_dropped_when_memory_and_disk_have_lost_it() {
        let tally = tally();
        tally.vanish();
        assert!(!tally.take().dropped);
        tally.leave_disk();
        assert!(tally.take().dropped);
    }

    #[test]
    fn a_version_that_came_anew_is_gone_with_its_last_value() {
        let tally = tally();
        tally.hold();
        tally.hold();
        tally.vanish();
        assert!(!tally.is_gone(), "the second value is still in our hands");
        tally.vanish();
        assert!(tally.is_gone());
    }

    #[test]
    fn a_refused_version_is_tried_again_ever_more_rarely() {
        let tally = tally();
        tally.note(Said::Unauthorized);
        assert!(!tally.claims_trial(0));
        assert!(!tally.claims_trial(FIRST_TRIAL - 1));
        assert!(tally.claims_trial(FIRST_TRIAL));
        assert!(!tally.claims_trial(FIRST_TRIAL), "one trial at a time");
        tally.note(Said::Unauthorized);
        assert!(!tally.claims_trial(FIRST_TRIAL));
        assert!(!tally.claims_trial(2 * FIRST_TRIAL));
        assert!(tally.claims_trial(3 * FIRST_TRIAL));
    }

    #[test]
    fn what_says_nothing_is_not_counted() {
        let tally = tally();
        tally.note(Said::Nothing);
        assert!(!tally.take().has_results() && !tally.is_suspect(1));
    }
}
