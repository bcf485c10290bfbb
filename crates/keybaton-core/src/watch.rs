//! A watch: what was observed since the last publish, disable or enable. Observed time counts, gaps do not (R14).

use std::time::Duration;

use keybaton_types::{Moment, Timestamp};
use serde::{Deserialize, Serialize};

use crate::answer::{Served, Verdict};

/// A step between two clocks that is larger than this is a jump: it adds nothing and is reported.
const JUMP: Duration = Duration::from_mins(1);

/// Gaps between observations that are longer than so many intervals do not count as observed.
const GAP: u32 = 3;

/// So many looks in a row without an answer are silence, and no chance.
pub const SILENT: u8 = 3;

/// What was observed since the last publish, disable or enable.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Watch {
    /// Its number in the rotation.
    pub no: u32,
    /// The newest observation.
    pub last: Option<Moment>,
    /// Time that passed on both clocks, observed or not.
    pub progress: Duration,
    /// Time that passed between observations that are close enough together.
    pub observed: Duration,
    /// Clock jumps seen.
    pub jumps: u32,
    /// What probes of B said.
    pub new: Run,
    /// What probes of A said.
    pub old: Run,
    /// When both were tried last and both answers were clear: a diagnosis (R13).
    #[serde(default)]
    pub diagnosed: Option<Timestamp>,
    /// Whether the issuer shows A switched on.
    pub old_enabled: Option<bool>,
    /// What the vault served.
    pub served: Option<Served>,
    /// Live sessions of the loser.
    pub sessions: Option<u32>,
    /// Since when no live session of the loser was seen.
    pub quiet_since: Option<Timestamp>,
    /// When the issuer says that the loser was last used, our own probes included.
    pub last_used: Option<Timestamp>,
    /// Whether the issuer was asked for the last use at all.
    pub asked_last_used: bool,
    /// Who has not answered lately.
    #[serde(default)]
    pub silence: Silence,
}

/// Looks in a row without an answer, counted to [`SILENT`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Silence {
    /// Of the probe: neither yes nor no counts too.
    pub probe: u8,
    /// Of the issuer.
    pub issuer: u8,
    /// Of the vault.
    pub vault: u8,
}

/// Whether somebody who was asked has answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// It has.
    Answers,
    /// It has not.
    Silent,
}

/// Answers of one kind in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Run {
    /// The newest answer that said something.
    pub last: Option<Verdict>,
    /// How many like it in a row.
    pub count: u8,
}

/// What one look at the world saw; `None` where it did not look or got no answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Observation {
    /// When.
    pub at: Moment,
    /// The probe of B.
    pub new: Option<Verdict>,
    /// The probe of A.
    pub old: Option<Verdict>,
    /// Whether the issuer's list shows A switched on.
    pub old_enabled: Option<bool>,
    /// What the vault serves.
    pub served: Option<Served>,
    /// Live sessions of the loser.
    pub sessions: Option<u32>,
    /// The issuer's last-used time of the loser: outer `None` not asked, inner `None` never used or not listed any more.
    pub last_used: Option<Option<Timestamp>>,
    /// Whether the issuer answered, if it was asked.
    pub issuer: Option<Reach>,
    /// Whether the vault answered, if it was asked.
    pub vault: Option<Reach>,
}

impl Watch {
    /// A watch that begins now.
    pub fn new(no: u32) -> Self {
        Self { no, ..Self::default() }
    }

    /// Adds an observation. Time counts only as far as both clocks agree that it passed.
    pub fn note(&mut self, seen: &Observation, every: Duration) {
        if let Some(last) = self.last {
            self.pass(last, seen, every);
        }
        self.last = Some(seen.at);
        self.new.note(seen.new);
        self.old.note(seen.old);
        if [seen.new, seen.old].into_iter().all(|verdict| verdict.is_some_and(is_clear)) {
            self.diagnosed = Some(seen.at.wall);
        }
        self.silence.note(seen);
        self.old_enabled = seen.old_enabled.or(self.old_enabled);
        self.served = seen.served.or(self.served);
        if let Some(used) = seen.last_used {
            // A later answer never shows an earlier use: a list that lags is not believed against what was told before.
            self.asked_last_used = true;
            self.last_used = self.last_used.max(used);
        }
        if let Some(sessions) = seen.sessions {
            self.sessions = Some(sessions);
            self.quiet_since = if sessions > 0 { None } else { self.quiet_since.or(Some(seen.at.wall)) };
        }
    }

    /// Whether the watch has a gap at `now`: it was not looked at for more than three intervals.
    pub fn has_gap(&self, now: Timestamp, every: Duration) -> bool {
        self.last.is_some_and(|last| now.since(last.wall) > every * GAP)
    }

    fn pass(&mut self, from: Moment, seen: &Observation, every: Duration) {
        let to = seen.at;
        let wall = to.wall.since(from.wall);
        let boot = Duration::from_micros(u64::try_from(to.boot.saturating_sub(from.boot)).unwrap_or(0));
        let backwards = to.wall < from.wall && from.wall.since(to.wall) > JUMP;
        if from.boot_id != to.boot_id {
            return;
        }
        if wall.abs_diff(boot) > JUMP || backwards {
            self.jumps += 1;
            return;
        }
        let both = wall.min(boot);
        self.progress += both;
        if both > every * GAP {
            self.quiet_since = None;
        } else if seen.says_something() {
            self.observed += both;
        }
    }
}

impl Silence {
    fn note(&mut self, seen: &Observation) {
        let probe = if seen.says_something() { Reach::Answers } else { Reach::Silent };
        for (count, reach) in
            [(&mut self.probe, Some(probe)), (&mut self.issuer, seen.issuer), (&mut self.vault, seen.vault)]
        {
            match reach {
                Some(Reach::Answers) => *count = 0,
                Some(Reach::Silent) => *count = count.saturating_add(1).min(SILENT),
                None => {}
            }
        }
    }
}

impl Observation {
    /// Whether a probe gave a clear answer: without one nobody was watching.
    fn says_something(&self) -> bool {
        [self.new, self.old].into_iter().flatten().any(is_clear)
    }
}

fn is_clear(verdict: Verdict) -> bool {
    verdict != Verdict::Inconclusive
}

impl Run {
    /// Whether the last `count` answers were all this one.
    pub fn is(&self, verdict: Verdict, count: u8) -> bool {
        self.last == Some(verdict) && self.count >= count
    }

    fn note(&mut self, verdict: Option<Verdict>) {
        match verdict {
            None | Some(Verdict::Inconclusive) => {}
            Some(verdict) if self.last == Some(verdict) => self.count = self.count.saturating_add(1),
            Some(verdict) => *self = Self { last: Some(verdict), count: 1 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_mins(1);

    fn at(wall: i64, boot: i64) -> Observation {
        let moment = Moment { wall: Timestamp(wall * 1_000_000), boot: boot * 1_000_000, boot_id: 1 };
        Observation { at: moment, new: Some(Verdict::Accepted), ..Observation::default() }
    }

    #[test]
    fn observed_time_is_what_both_clocks_agree_on() {
        let mut watch = Watch::new(1);
        for seen in [at(0, 0), at(60, 60), at(130, 120)] {
            watch.note(&seen, EVERY);
        }
        assert_eq!(watch.observed, Duration::from_mins(2));
    }

    #[test]
    fn a_probe_without_a_clear_answer_observes_nothing() {
        let mut watch = Watch::new(1);
        watch.note(&at(0, 0), EVERY);
        watch.note(&Observation { new: Some(Verdict::Inconclusive), ..at(60, 60) }, EVERY);
        assert_eq!((watch.observed, watch.progress), (Duration::ZERO, Duration::from_mins(1)));
    }

    #[test]
    fn a_gap_counts_as_progress_and_not_as_observed() {
        let mut watch = Watch::new(1);
        watch.note(&at(0, 0), EVERY);
        watch.note(&at(181, 181), EVERY);
        assert_eq!((watch.observed, watch.progress), (Duration::ZERO, Duration::from_secs(181)));
    }

    #[test]
    fn a_clock_jump_adds_nothing_and_is_counted() {
        let mut watch = Watch::new(1);
        watch.note(&at(0, 0), EVERY);
        watch.note(&at(3600, 60), EVERY);
        watch.note(&at(0, 120), EVERY);
        assert_eq!((watch.progress, watch.jumps), (Duration::ZERO, 2));
    }

    #[test]
    fn a_restart_of_the_machine_adds_nothing() {
        let mut watch = Watch::new(1);
        watch.note(&at(0, 500), EVERY);
        let mut seen = at(60, 20);
        seen.at.boot_id = 2;
        watch.note(&seen, EVERY);
        assert_eq!((watch.progress, watch.jumps), (Duration::ZERO, 0));
    }

    #[test]
    fn a_diagnosis_is_a_clear_answer_about_both() {
        let mut watch = Watch::new(1);
        for (old, diagnosed) in [
            (None, None),
            (Some(Verdict::Inconclusive), None),
            (Some(Verdict::Refused), Some(Timestamp(60_000_000))),
            (None, Some(Timestamp(60_000_000))),
        ] {
            watch.note(&Observation { old, ..at(60, 60) }, EVERY);
            assert_eq!(watch.diagnosed, diagnosed, "{old:?}");
        }
    }

    #[test]
    fn silence_is_counted_for_each_by_itself_and_ends_with_one_answer() {
        let mut watch = Watch::new(1);
        let look = |issuer, vault| Observation { issuer, vault, ..Observation::default() };
        for _ in 0..5 {
            watch.note(&look(Some(Reach::Silent), None), EVERY);
        }
        assert_eq!(watch.silence, Silence { probe: 3, issuer: 3, vault: 0 });
        watch.note(&look(None, Some(Reach::Silent)), EVERY);
        assert_eq!(watch.silence, Silence { probe: 3, issuer: 3, vault: 1 }, "who was not asked is not silent");
        watch.note(&Observation { issuer: Some(Reach::Answers), ..at(60, 60) }, EVERY);
        assert_eq!(watch.silence, Silence { probe: 0, issuer: 0, vault: 1 });
    }

    #[test]
    fn a_last_use_that_was_told_is_not_forgotten_when_a_list_does_not_show_it_any_more() {
        let mut watch = Watch::new(1);
        assert!(!watch.asked_last_used);
        let told = |used: Option<i64>| Observation { last_used: Some(used.map(Timestamp)), ..at(60, 60) };
        for (used, kept) in [(None, None), (Some(7), Some(7)), (None, Some(7)), (Some(5), Some(7)), (Some(9), Some(9))]
        {
            watch.note(&told(used), EVERY);
            assert_eq!((watch.asked_last_used, watch.last_used), (true, kept.map(Timestamp)), "{used:?}");
        }
    }

    #[test]
    fn inconclusive_answers_break_no_row() {
        let mut run = Run::default();
        for verdict in [Verdict::Refused, Verdict::Inconclusive, Verdict::Refused] {
            run.note(Some(verdict));
        }
        assert!(run.is(Verdict::Refused, 2));
    }
}
