//! Spans of time in words: `3m`, `1h 5m`, `in 20s`, `4m ago`. Everything that is shown to a person is relative.

use std::time::Duration;

use keybaton_types::Timestamp;

/// The units, largest first: a year is 365 days, because a key's age is no date.
const UNITS: [(u64, &str); 5] = [(31_536_000, "y"), (86_400, "d"), (3_600, "h"), (60, "m"), (1, "s")];

/// Writes a span in its two largest units that are not zero and stand beside each other: `2d 3h`, `90d`, `250ms`.
pub fn brief(span: Duration) -> String {
    let secs = span.as_secs();
    if secs == 0 && span > Duration::ZERO {
        return format!("{}ms", span.as_millis().max(1));
    }
    let Some(first) = UNITS.iter().position(|(size, _)| secs >= *size) else { return "0s".to_owned() };
    let (size, unit) = UNITS[first];
    let rest = UNITS.get(first + 1).map(|(next, name)| ((secs % size) / next, *name));
    match rest {
        Some((count, name)) if count > 0 => format!("{}{unit} {count}{name}", secs / size),
        Some(_) | None => format!("{}{unit}", secs / size),
    }
}

/// Writes when a time comes: `in 3m`, or `now` when it has come.
pub fn until(now: Timestamp, at: Timestamp) -> String {
    let left = at.since(now);
    if left.is_zero() { "now".to_owned() } else { format!("in {}", brief(whole(left))) }
}

/// Writes how long ago a time was: `4m ago`, or `just now` within the last second.
pub fn ago(now: Timestamp, at: Timestamp) -> String {
    let span = now.since(at);
    if span < Duration::from_secs(1) { "just now".to_owned() } else { format!("{} ago", brief(span)) }
}

/// A wait is never announced shorter than it is.
fn whole(span: Duration) -> Duration {
    let up = u64::from(span.subsec_nanos() > 0 && span.as_secs() > 0);
    if span.as_secs() == 0 { span } else { Duration::from_secs(span.as_secs() + up) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_shows_its_two_largest_units() {
        for (secs, text) in [
            (0, "0s"),
            (45, "45s"),
            (90, "1m 30s"),
            (180, "3m"),
            (3_660, "1h 1m"),
            (3_601, "1h"),
            (90 * 86_400, "90d"),
            (3 * 31_536_000 + 92 * 86_400, "3y 92d"),
        ] {
            assert_eq!(brief(Duration::from_secs(secs)), text);
        }
        assert_eq!(brief(Duration::from_millis(250)), "250ms");
    }

    #[test]
    fn a_wait_is_rounded_up_and_an_age_down() {
        let (now, at) = (Timestamp(0), Timestamp(1_500_000));
        assert_eq!((until(now, at), ago(at, now)), ("in 2s".to_owned(), "1s ago".to_owned()));
        assert_eq!((until(at, now), ago(now, at)), ("now".to_owned(), "just now".to_owned()));
    }
}
