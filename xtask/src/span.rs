//! A span of time in words: `0.4 s`, `12 s`, `3 min 05 s`.

use std::time::Duration;

/// Writes a span as a person reads it in a table.
pub(crate) fn words(span: Duration) -> String {
    let seconds = span.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", span.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_as_exact_as_it_is_short() {
        for (millis, text) in [(440, "0.4 s"), (12_900, "12 s"), (185_000, "3 min 05 s")] {
            assert_eq!(words(Duration::from_millis(millis)), text);
        }
    }
}
