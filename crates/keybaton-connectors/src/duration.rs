//! Durations in the settings of connectors.

use std::time::Duration;

use keybaton_types::{parse_duration, show_duration};
use serde::{Deserialize, Deserializer, de::Error};

/// Reads a duration.
pub(crate) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    parse_duration(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

/// Reads a duration that may be left out.
pub(crate) fn read_some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    read(deserializer).map(Some)
}

/// Writes a duration in words.
pub(crate) fn words(span: Duration) -> String {
    show_duration(span).to_string()
}
