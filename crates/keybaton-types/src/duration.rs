//! Spans of time as people write them: `500ms`, `90s`, `30m`, `1h`, `7d`, `2w`.

use std::fmt;
use std::time::Duration;

/// The longest span: a hundred years, so that sums of them never overflow.
const LONGEST: Duration = Duration::from_hours(100 * 366 * 24);

/// Why a text is not a duration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DurationError {
    /// It is not a whole number and a unit.
    Shape(String),
    /// The number has no unit.
    Unit(String),
    /// It is longer than a hundred years.
    TooLong(String),
}

impl fmt::Display for DurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(text) => write!(
                f,
                "`{}` is not a duration; write a whole number and a unit, such as 90s, 30m, 1h, 7d or 2w",
                text.escape_debug()
            ),
            Self::Unit(text) => write!(f, "`{text}` has no unit; write {text}s, {text}m, {text}h, {text}d or {text}w"),
            Self::TooLong(text) => write!(f, "`{text}` is longer than a hundred years"),
        }
    }
}

impl std::error::Error for DurationError {}

/// Reads a duration such as `90s`, `30m`, `1h`, `7d` or `2w`, or `500ms` for a far service that is near. Days and weeks are exactly 24 and 168 hours.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at_checked(digits).unwrap_or((text, ""));
    if number.is_empty() {
        return Err(DurationError::Shape(text.to_owned()));
    }
    let millis = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 60 * 60 * 1000,
        "d" => 24 * 60 * 60 * 1000,
        "w" => 7 * 24 * 60 * 60 * 1000,
        "" => return Err(DurationError::Unit(text.to_owned())),
        _ => return Err(DurationError::Shape(text.to_owned())),
    };
    let total = number.parse::<u64>().ok().and_then(|number| number.checked_mul(millis)).map(Duration::from_millis);
    total.filter(|span| *span <= LONGEST).ok_or_else(|| DurationError::TooLong(text.to_owned()))
}

/// Writes a duration in the largest unit that divides it; what is finer than a millisecond is dropped.
pub fn show_duration(span: Duration) -> impl fmt::Display {
    let millis = span.as_millis();
    let units = [
        (7 * 24 * 60 * 60 * 1000, "w"),
        (24 * 60 * 60 * 1000, "d"),
        (60 * 60 * 1000, "h"),
        (60 * 1000, "m"),
        (1000, "s"),
    ];
    let fits = |(unit, _): &(u128, &str)| millis != 0 && millis.is_multiple_of(*unit);
    let zero = if millis == 0 { (1, "s") } else { (1, "ms") };
    let (unit, name) = units.into_iter().find(fits).unwrap_or(zero);
    format!("{}{name}", millis / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_whole_number_and_a_unit() {
        let read = |text| parse_duration(text).map(|span| span.as_secs());
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(read("90s"), Ok(90));
        assert_eq!(read("30m"), Ok(1_800));
        assert_eq!(read("1h"), Ok(3_600));
        assert_eq!(read("7d"), Ok(604_800));
        assert_eq!(read("2w"), Ok(1_209_600));
        assert_eq!(read("0s"), Ok(0));
        assert_eq!(read("600"), Err(DurationError::Unit("600".to_owned())));
        for text in ["", "s", "-1s", "1.5h", "5 minutes", "1h30m", " 1h", "1H", "1µs", "١s"] {
            assert_eq!(read(text), Err(DurationError::Shape(text.to_owned())), "{text}");
        }
        for text in ["99999999999999999999s", "18446744073709551615w", "101000d"] {
            assert_eq!(read(text), Err(DurationError::TooLong(text.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_duration_is_shown_as_it_is_read() {
        for text in ["0s", "250ms", "1500ms", "90s", "30m", "1h", "25h", "3d", "2w"] {
            assert_eq!(show_duration(parse_duration(text).unwrap()).to_string(), text);
        }
    }
}
