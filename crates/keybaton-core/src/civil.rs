//! A timestamp as people and documents write it: RFC 3339 in UTC.

use keybaton_types::Timestamp;

/// Writes a timestamp after RFC 3339, in UTC and to the second; a time outside of what a calendar holds is empty.
pub fn rfc3339(at: Timestamp) -> String {
    let seconds = at.0.div_euclid(1_000_000);
    jiff::Timestamp::from_second(seconds).map(|time| time.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc_to_the_second() {
        assert_eq!(rfc3339(Timestamp(1_772_100_000_999_999)), "2026-02-26T10:00:00Z");
    }
}
