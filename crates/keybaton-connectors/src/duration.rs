//! Durations as the configuration writes them: `500ms`, `90s`, `30m`, `1h`, `7d`, `2w`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error};

/// Reads a duration.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text)
        .ok_or_else(|| D::Error::custom(format!("{text:?} is not a duration such as 500ms, 90s, 30m, 1h or 7d")))
}

/// Reads a duration that may be left out.
pub(crate) fn read_some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    read(deserializer).map(Some)
}

/// Writes a duration in words.
pub(crate) fn words(span: Duration) -> String {
    match (span.as_secs(), span.subsec_millis()) {
        (0, millis) => format!("{millis}ms"),
        (seconds, 0) => format!("{seconds}s"),
        (seconds, millis) => format!("{}ms", seconds.saturating_mul(1000).saturating_add(u64::from(millis))),
    }
}

fn parse(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    let millis = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60 * 1000,
        "h" => 60 * 60 * 1000,
        "d" => 24 * 60 * 60 * 1000,
        "w" => 7 * 24 * 60 * 60 * 1000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(millis).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_read() {
        let read = |text| parse(text).map(|span| span.as_millis());
        assert_eq!(read("250ms"), Some(250));
        assert_eq!(read("90s"), Some(90_000));
        assert_eq!(read("30m"), Some(1_800_000));
        assert_eq!(read("1h"), Some(3_600_000));
        assert_eq!(read("7d"), Some(604_800_000));
        assert_eq!(read("2w"), Some(1_209_600_000));
    }

    #[test]
    fn nothing_else_is() {
        for text in ["", "10", "s", "1.5h", "-1s", "1h30m", " 1s", "99999999999999999999s", "18446744073709551615w"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
