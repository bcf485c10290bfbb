//! What a valid schedule probably does not mean.

use std::time::Duration;

use keybaton_types::Timestamp;

use super::{Cron, Every, Rule, Schedule, Window};

const DAY: Duration = Duration::from_hours(24);

/// What a valid schedule probably does not mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Lint {
    /// `*/N` in the day of month: it starts again on the 1st of every month, so `*/30` fires on the 1st and the 31st.
    #[error(
        "*/{step} in the day of month starts again with every month; for every {step} days use every = \"{step}d\""
    )]
    DayStep {
        /// The N of `*/N`.
        step: u16,
        /// What to use instead of the expression.
        every: Duration,
        /// The shortest time between two firings as the schedule stands.
        shortest: Option<Duration>,
    },
    /// An interval that counts from the end of the last rotation, with a window that is closed for half of it or more:
    /// a rotation that ends after the window closes misses the next one too.
    #[error("a rotation that outlasts the window misses the next one too; an anchor keeps every on the window")]
    UnanchoredWindow {
        /// The interval.
        every: Duration,
        /// The longest time for which the window is closed.
        closed: Duration,
    },
    /// An anchor beside `cron`, which does not count from anything.
    #[error("the anchor has no effect on cron")]
    UnusedAnchor,
}

impl Schedule {
    /// What is probably not meant, in the firings after `from`.
    pub fn lints(&self, from: Timestamp) -> Vec<Lint> {
        let found = match &self.rule {
            Rule::Cron(cron) => [self.day_step(cron, from), self.anchor.map(|_| Lint::UnusedAnchor)],
            Rule::Every(every) => [self.window.and_then(|window| self.unanchored(*every, &window)), None],
        };
        found.into_iter().flatten().collect()
    }

    fn day_step(&self, cron: &Cron, from: Timestamp) -> Option<Lint> {
        let step = cron.day_of_month().split(',').find_map(whole_month_step)?;
        Some(Lint::DayStep { step, every: DAY * u32::from(step), shortest: self.shortest_gap(from) })
    }

    fn unanchored(&self, every: Every, window: &Window) -> Option<Lint> {
        let (every, closed) = (every.period(), window.longest_closed());
        (self.anchor.is_none() && closed >= every / 2).then_some(Lint::UnanchoredWindow { every, closed })
    }
}

fn whole_month_step(item: &str) -> Option<u16> {
    let (range, step) = item.split_once('/')?;
    let step = step.parse().ok()?;
    (matches!(range, "*" | "?" | "1-31") && step > 1).then_some(step)
}
