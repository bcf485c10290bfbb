//! A timestamp as people and documents write it: RFC 3339 in UTC; a date alone is its first moment.

use keybaton_types::Timestamp;

/// Writes a timestamp after RFC 3339, in UTC and to the second; a time outside of what a calendar holds is empty.
pub fn rfc3339(at: Timestamp) -> String {
    let seconds = at.0.div_euclid(1_000_000);
    jiff::Timestamp::from_second(seconds).map(|time| time.to_string()).unwrap_or_default()
}

/// Reads a time as people write it: RFC 3339, or a date, which begins at midnight UTC.
pub fn parse(text: &str) -> Option<Timestamp> {
    let date = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
    let time = text.parse::<jiff::Timestamp>().ok().or_else(|| date().map(|zoned| zoned.timestamp()))?;
    Some(Timestamp(time.as_microsecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_in_utc_to_the_second() {
        assert_eq!(rfc3339(Timestamp(1_772_100_000_999_999)), "2026-02-26T10:00:00Z");
    }

    #[test]
    fn a_time_is_read_with_or_without_its_hour() {
        let read = |text| parse(text).map(rfc3339);
        assert_eq!(read("2026-02-26").as_deref(), Some("2026-02-26T00:00:00Z"));
        assert_eq!(read("2026-02-26T11:00:00+01:00").as_deref(), Some("2026-02-26T10:00:00Z"));
        for text in ["", "tomorrow", "26.2.2026", "2026-13-01", "7d", "2026-02-30"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
