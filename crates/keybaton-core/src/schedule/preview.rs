//! What a schedule will do, for people who are about to trust it.

use std::iter::successors;
use std::time::Duration;

use keybaton_types::Timestamp;

use super::Schedule;

const MOST: usize = 400;
const AHEAD: Duration = Duration::from_hours(5 * 366 * 24);

impl Schedule {
    /// The next `count` firings after `from`, as if `from` were the last rotation and each rotation ended at once.
    ///
    /// Without jitter, which delays each of them by less than [`Schedule::jitter`].
    pub fn firings(&self, from: Timestamp, count: usize) -> Vec<Timestamp> {
        self.from(from).take(count).collect()
    }

    /// The shortest time between two of the firings after `from`: of the next 400 or five years, whichever is less.
    ///
    /// Two firings are always compared, however far away; none when there are not two.
    pub fn shortest_gap(&self, from: Timestamp) -> Option<Duration> {
        let horizon = from + AHEAD;
        let near = self.from(from).take(MOST).enumerate().take_while(|(index, at)| *index < 2 || *at <= horizon);
        let firings: Vec<Timestamp> = near.map(|(_, at)| at).collect();
        firings.iter().zip(firings.iter().skip(1)).map(|(earlier, later)| later.since(*earlier)).min()
    }

    fn from(&self, from: Timestamp) -> impl Iterator<Item = Timestamp> {
        let next = |last: Timestamp| self.planned(last).map(|firing| firing.at);
        successors(next(from), move |last| next(*last))
    }
}
