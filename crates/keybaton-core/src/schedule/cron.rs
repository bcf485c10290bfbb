//! A cron expression, and the instants that it names in a time zone.
//!
//! croner reads the expression and walks the calendar in local time. Which instant a local time is, is decided here,
//! because croner skips an hour that daylight saving takes away, and with it a rotation that was due only then.

use std::fmt;
use std::sync::Arc;

use croner::parser::{CronParser, Seconds, Year};
use jiff::Timestamp;
use jiff::civil::{DateTime, date};
use jiff::tz::TimeZone;

use super::Field;
use super::shift::{Shift, resolve};

/// A cron expression with five fields (minute first) or six (second first, as in Azure timers).
///
/// With five fields a day matches when its day of month *or* its day of week does, as in cron; with six it must match
/// both, as in NCRONTAB. A field of `*` restricts nothing in either form.
///
/// A local time that daylight saving skips fires once, at the end of the gap. A local time that comes twice fires the
/// first time only, unless the expression names every hour: then it is an interval and fires both times.
#[derive(Clone)]
pub struct Cron {
    text: String,
    parsed: Arc<croner::Cron>,
    every_hour: bool,
}

/// Why a text is not a cron expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CronError {
    /// It has neither five nor six fields.
    #[error("a cron expression has five fields (minute first) or six (second first), not {found}")]
    Fields {
        /// How many it has.
        found: usize,
    },
    /// A field has a value that it does not take.
    #[error("the {field} {text:?} is not valid; it takes {}, with ',', '-' and '/'", field.takes())]
    Field {
        /// Which field.
        field: Field,
        /// What it says.
        text: String,
    },
    /// The fields do not make an expression together.
    #[error("{text:?} is not a cron expression")]
    Expression {
        /// The whole text.
        text: String,
    },
    /// No day of the calendar matches, such as 30 February.
    #[error("{text:?} never fires: no date matches it")]
    Never {
        /// The whole text.
        text: String,
    },
}

impl Cron {
    /// Reads an expression and makes sure that it fires at some time.
    pub fn parse(text: &str) -> Result<Self, CronError> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let names = match fields.len() {
            5 => Field::ALL.get(1..).unwrap_or_default(),
            6 => &Field::ALL,
            found => return Err(CronError::Fields { found }),
        };
        // croner takes "1,,2" and searches for seconds when a field is only a comma.
        let hollow = fields.iter().position(|field| field.split(',').any(str::is_empty));
        if let Some(culprit) = hollow {
            return Err(bad_field(names, &fields, culprit, text));
        }
        let Ok(parsed) = parser(fields.len()).parse(text) else {
            let culprit = (0..fields.len()).find(|&index| !is_valid_alone(&fields, index));
            return Err(bad_field(names, &fields, culprit.unwrap_or(usize::MAX), text));
        };
        let every_hour = parsed.pattern.hours.values().len() == 24;
        let cron = Self { text: fields.join(" "), parsed: Arc::new(parsed), every_hour };
        // The calendar repeats after 400 years; croner gives up in the year 5000.
        match cron.local(date(2000, 1, 1).at(0, 0, 0, 0), true) {
            Some(_) => Ok(cron),
            None => Err(CronError::Never { text: cron.text }),
        }
    }

    /// The expression as it was written, with single spaces.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text of the day-of-month field.
    pub(super) fn day_of_month(&self) -> &str {
        let fields = self.text.split(' ').count();
        self.text.split(' ').nth(fields.saturating_sub(3)).unwrap_or_default()
    }

    /// The first instant after `after`, a whole second, at which a clock in `zone` matches.
    pub(super) fn next_after(&self, after: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let offset = zone.to_offset(after);
        let shown = offset.to_datetime(after);
        let civil = match Shift::around(zone, shown) {
            Some(fold) if fold.is_fold() && offset == fold.after && !self.every_hour => {
                self.local(fold.shown_before(), true)
            }
            _ => self.local(shown, false),
        }?;
        let Some(shift) = Shift::following(zone, after, offset) else { return offset.to_timestamp(civil).ok() };
        if civil < shift.shown_before() {
            return offset.to_timestamp(civil).ok();
        }
        self.repeated(&shift).or_else(|| resolve(zone, civil))
    }

    /// The first firing of an every-hour expression in the second pass of a fold.
    fn repeated(&self, shift: &Shift) -> Option<Timestamp> {
        if !self.every_hour || !shift.is_fold() {
            return None;
        }
        let civil = self.local(shift.shown_after(), true)?;
        if civil < shift.shown_before() { shift.after.to_timestamp(civil).ok() } else { None }
    }

    /// The first local time after `from` (or at it) that matches.
    fn local(&self, from: DateTime, inclusive: bool) -> Option<DateTime> {
        self.parsed.find_next_occurrence(&from, inclusive).ok()
    }
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Cron {}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cron").field(&self.text).finish()
    }
}

impl fmt::Display for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn parser(fields: usize) -> CronParser {
    let six = fields == 6;
    let seconds = if six { Seconds::Required } else { Seconds::Disallowed };
    CronParser::builder().seconds(seconds).year(Year::Disallowed).dom_and_dow(six).build()
}

fn is_valid_alone(fields: &[&str], index: usize) -> bool {
    let alone: Vec<&str> = fields.iter().enumerate().map(|(at, field)| if at == index { field } else { "*" }).collect();
    parser(fields.len()).parse(&alone.join(" ")).is_ok()
}

fn bad_field(names: &[Field], fields: &[&str], culprit: usize, text: &str) -> CronError {
    match (names.get(culprit), fields.get(culprit)) {
        (Some(&field), Some(&text)) => CronError::Field { field, text: text.to_owned() },
        _ => CronError::Expression { text: text.to_owned() },
    }
}
