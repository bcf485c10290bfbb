//! How long a service asked to be left alone, with 429 or 503 and `Retry-After` (RFC 9110 section 10.2.3). Until then this
//! process sends it nothing more; when to try again is decided elsewhere.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use keybaton_ports::{Blame, Called, Certainty, Fault};
use tokio::time::Instant;

/// No service is believed when it asks for more.
const LONGEST: Duration = Duration::from_mins(5);

/// Until when which origin wants to be left alone.
#[derive(Default)]
struct Quiet(HashMap<String, Instant>);

static QUIET: OnceLock<Mutex<Quiet>> = OnceLock::new();

/// Notes what a service asked for. Seconds are understood, dates are not: no service of Azure sends them.
pub(crate) fn note(origin: &str, retry_after: Option<&str>) {
    table(|quiet| quiet.note(origin, retry_after, Instant::now()));
}

/// Whether it may be asked now; `line` is what the request is in words.
pub(crate) fn check(origin: &str, line: &str) -> Called<()> {
    let Some(left) = table(|quiet| quiet.left(origin, Instant::now())) else { return Ok(()) };
    let what = format!("{line}: {origin} asked for {} more seconds without requests", left.as_secs() + 1);
    Err(Fault::new(Blame::Transient, Certainty::NotSent, what))
}

impl Quiet {
    fn note(&mut self, origin: &str, retry_after: Option<&str>, now: Instant) {
        let seconds = retry_after.and_then(|text| text.trim().parse().ok()).filter(|seconds| *seconds > 0);
        if let Some(seconds) = seconds {
            self.0.insert(origin.to_owned(), now + Duration::from_secs(seconds).min(LONGEST));
        }
    }

    fn left(&mut self, origin: &str, now: Instant) -> Option<Duration> {
        self.0.retain(|_, until| *until > now);
        self.0.get(origin).map(|until| *until - now)
    }
}

fn table<T>(work: impl FnOnce(&mut Quiet) -> T) -> T {
    let table = QUIET.get_or_init(Mutex::default);
    work(&mut table.lock().unwrap_or_else(PoisonError::into_inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_left_alone_for_as_long_as_it_asked_within_reason() {
        let (mut quiet, now) = (Quiet::default(), Instant::now());
        quiet.note("a", Some("7"), now);
        quiet.note("b", Some("86400"), now);
        for text in [None, Some("0"), Some("Wed, 21 Oct 2026 07:28:00 GMT"), Some("-1")] {
            quiet.note("c", text, now);
        }
        let left = |quiet: &mut Quiet, now| ["a", "b", "c"].map(|origin| quiet.left(origin, now));
        assert_eq!(left(&mut quiet, now), [Some(Duration::from_secs(7)), Some(LONGEST), None]);
        let later = now + Duration::from_secs(8);
        assert_eq!(left(&mut quiet, later), [None, Some(LONGEST.checked_sub(Duration::from_secs(8)).unwrap()), None]);
    }
}
