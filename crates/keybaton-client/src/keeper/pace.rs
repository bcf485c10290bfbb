//! When to ask next: ahead of the end of the term, later after each failure, and never all at once.

use std::time::Duration;

use keybaton_seal::random_u64;
use keybaton_types::Moment;

use crate::clock::later;
use crate::upstream::{Document, Trouble};

/// The first pause after a failure; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// The longest pause after a failure.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// The pause after a refusal: of the reader, of the name, of the request.
const REFUSED_PAUSE: Duration = Duration::from_secs(10);

/// Two plain requests are at least this far apart.
const SHORTEST_PAUSE: Duration = Duration::from_millis(200);

/// Readers who want a newer answer are heard at most this often.
const HEARD: Duration = Duration::from_secs(2);

/// A request that was held back for less than this was not held back.
const UNHELD: i64 = 500_000;

/// When to ask next.
#[derive(Debug, Default)]
pub(super) struct Pace {
    refresh: Option<Moment>,
    rest: Option<Moment>,
    last: Option<Moment>,
    failures: u32,
}

impl Pace {
    /// Whether a pause is not over yet.
    pub(super) fn rests(&self, now: Moment) -> bool {
        self.rest.is_some_and(|until| !left(until, now).is_zero())
    }

    /// How long until the value should be read again; zero when it should be now.
    pub(super) fn until_refresh(&self, now: Moment) -> Duration {
        self.refresh.map_or(Duration::ZERO, |at| left(at, now))
    }

    /// How long until there is something to do.
    pub(super) fn next(&self, now: Moment) -> Duration {
        let rest = self.rest.map_or(Duration::ZERO, |until| left(until, now));
        if rest.is_zero() { self.until_refresh(now) } else { rest }
    }

    /// A plain request begins.
    pub(super) fn asks(&mut self, now: Moment) {
        self.last = Some(now);
    }

    /// A reader wants a newer answer: the next request is a plain one, after the pause that there is anyhow.
    pub(super) fn hurry(&mut self, now: Moment) {
        self.refresh = None;
        let heard = self.last.map(|last| later(last, HEARD)).filter(|heard| !left(*heard, now).is_zero());
        if !self.rests(now) {
            self.rest = heard;
        }
    }

    /// A value came: it is read again at 0.75 ± 0.1 of its time to live.
    pub(super) fn answered(&mut self, now: Moment, sent: Moment, document: &Document) {
        let share = 0.65 + 0.2 * fraction();
        let ahead = Duration::from_secs(document.ttl_seconds.min(366 * 86_400)).mul_f64(share);
        self.refresh = Some(later(sent, ahead));
        self.rest = left(later(sent, ahead), now).is_zero().then(|| later(now, SHORTEST_PAUSE));
        self.failures = 0;
    }

    /// Nothing new came. A server that does not hold requests back is not asked in a circle.
    pub(super) fn unchanged(&mut self, now: Moment, sent: Moment) {
        self.failures = 0;
        self.rest = (now.boot.saturating_sub(sent.boot) < UNHELD).then(|| later(now, Duration::from_secs(1)));
    }

    /// Nothing came: the next request is a plain one, after a pause.
    pub(super) fn failed(&mut self, now: Moment, trouble: &Trouble) {
        let backoff =
            (FIRST_PAUSE * 2_u32.pow(self.failures.min(6))).min(LONGEST_PAUSE).mul_f64(0.5 + fraction() / 2.0);
        let pause = match trouble {
            Trouble::Busy { pause, .. } => pause.map_or(backoff, |pause| pause.max(backoff)),
            Trouble::Denied { .. } | Trouble::Unknown | Trouble::Rejected(_) => REFUSED_PAUSE.mul_f64(0.5 + fraction()),
            Trouble::Down(_) | Trouble::Tokenless(_) | Trouble::Malformed(_) => backoff,
        };
        self.failures = self.failures.saturating_add(1);
        self.rest = Some(later(now, pause));
        self.refresh = None;
    }

    /// No new answer for a while: there is nothing to hope for soon.
    pub(super) fn rest_for(&mut self, now: Moment, pause: Duration) {
        self.rest = Some(later(now, pause));
    }
}

/// How long until a moment, by the faster clock.
fn left(at: Moment, now: Moment) -> Duration {
    let boot = Duration::from_micros(u64::try_from(at.boot.saturating_sub(now.boot)).unwrap_or(0));
    boot.min(at.wall.since(now.wall))
}

/// A number from 0 to 1, drawn; the middle where nothing can be drawn.
fn fraction() -> f64 {
    let drawn = random_u64().map_or(500, |drawn| drawn % 1000);
    u32::try_from(drawn).map_or(0.5, |drawn| f64::from(drawn) / 1000.0)
}

#[cfg(test)]
mod tests {
    use keybaton_types::Timestamp;

    use super::*;

    const NOW: Moment = Moment { wall: Timestamp(1_000_000_000), boot: 500_000_000, boot_id: 7 };

    fn document(ttl: u64) -> Document {
        let text = format!(
            r#"{{"secret":"a","env":"b","version":1,"value":"x","fingerprint":"f","ttl_seconds":{ttl},
               "max_stale_seconds":1,"age_seconds":0,"stale":null}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_value_is_read_again_ahead_of_its_end_and_never_at_the_same_time() {
        let refreshes: Vec<Duration> = (0..50)
            .map(|_| {
                let mut pace = Pace::default();
                pace.answered(NOW, NOW, &document(1000));
                pace.until_refresh(NOW)
            })
            .collect();
        assert!(refreshes.iter().all(|at| (650..=850).contains(&at.as_secs())), "{refreshes:?}");
        assert!(refreshes.iter().min() < refreshes.iter().max());
    }

    #[test]
    fn pauses_grow_after_failures_and_end_with_an_answer() {
        let mut pace = Pace::default();
        let down = Trouble::Down("gone".to_owned());
        let mut longest = Duration::ZERO;
        for _ in 0..12 {
            pace.failed(NOW, &down);
            longest = longest.max(pace.next(NOW));
        }
        assert!(longest > Duration::from_secs(4) && longest <= LONGEST_PAUSE, "{longest:?}");
        pace.answered(NOW, NOW, &document(1000));
        assert!(!pace.rests(NOW));
    }

    #[test]
    fn a_server_that_names_a_time_is_left_alone_until_then() {
        let mut pace = Pace::default();
        let pause = Some(Duration::from_secs(70));
        pace.failed(NOW, &Trouble::Busy { title: "slowly".to_owned(), pause });
        assert_eq!(pace.next(NOW), Duration::from_secs(70));
        pace.hurry(NOW);
        assert_eq!(pace.next(NOW), Duration::from_secs(70));
    }

    #[test]
    fn many_wishes_are_heard_once_in_two_seconds() {
        let mut pace = Pace::default();
        pace.asks(NOW);
        pace.answered(NOW, NOW, &document(1000));
        pace.hurry(NOW);
        assert_eq!(pace.next(NOW), HEARD);
        pace.hurry(later(NOW, HEARD));
        assert_eq!(pace.next(later(NOW, HEARD)), Duration::ZERO);
    }

    #[test]
    fn a_time_to_live_of_nothing_does_not_make_a_circle() {
        let mut pace = Pace::default();
        pace.answered(NOW, NOW, &document(0));
        assert!(pace.rests(NOW) && pace.next(NOW) >= SHORTEST_PAUSE);
    }

    #[test]
    fn a_server_that_does_not_hold_requests_is_not_asked_in_a_circle() {
        let mut pace = Pace::default();
        pace.answered(NOW, NOW, &document(1000));
        pace.unchanged(NOW, NOW);
        assert!(pace.rests(NOW));
        pace.unchanged(later(NOW, Duration::from_secs(30)), NOW);
        assert!(!pace.rests(later(NOW, Duration::from_secs(30))));
    }
}
