//! What the owner of a secret wants, with every default filled in.

use std::time::Duration;

use keybaton_core::policy::{OnStraggler, Overlap, Policy, Rollback, Until, WatchFor};

use super::check::Check;
use super::consumer;
use crate::node::{Located, Span};
use crate::problem::Problem;
use crate::raw;
use keybaton_types::show_duration;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Builds the policy of merged terms that belong to the environment at `at`.
pub(super) fn build(check: &mut Check, terms: &raw::Terms, at: &Span) -> Option<Policy> {
    let watch = watch(check, &terms.watch.clone().unwrap_or_default());
    let overlap = overlap(check, &terms.overlap.clone().unwrap_or_default(), watch.span, at);
    let emergency = terms.emergency.clone().unwrap_or_default();
    Some(Policy {
        overlap: overlap?,
        watch,
        rollback: terms.rollback.as_ref().map_or(Rollback::Auto, |word| word.value.into()),
        force_after: or(emergency.force_after.as_ref(), MINUTE),
        ttl: positive(check, "ttl", terms.ttl.as_ref(), 10 * MINUTE),
        max_stale: or(terms.max_stale.as_ref(), HOUR),
        max_request: or(terms.max_request.as_ref(), Duration::from_secs(10)),
        consumers: consumer::all(check, terms.consumers.as_deref().unwrap_or_default()),
        max_age: terms.max_age.as_ref().map(|age| positive(check, "max_age", Some(age), DAY)),
    })
}

fn watch(check: &mut Check, raw: &raw::Watch) -> WatchFor {
    let span = or(raw.span.as_ref(), 30 * MINUTE);
    let mut every = positive(check, "watch.every", raw.every.as_ref(), MINUTE);
    if let Some(set) = raw.every.as_ref().or(raw.span.as_ref())
        && every > span
        && !span.is_zero()
    {
        let (long, short) = (show_duration(every), show_duration(span));
        let message = format!("`watch.every` ({long}) is longer than `watch.for`; {short} is used");
        check.warn(Problem::new(set.span.clone(), message).showing().hinted("a watch needs observations"));
        every = span;
    }
    let failures = match &raw.failures {
        Some(none) if none.value == 0 => {
            check.refuse(Problem::new(none.span.clone(), "`watch.failures` is at least 1").showing())
        }
        failures => failures.as_ref().map(|failures| failures.value),
    };
    WatchFor { span, every, failures: failures.unwrap_or(2) }
}

fn overlap(check: &mut Check, raw: &raw::Overlap, watch: Duration, at: &Span) -> Option<Overlap> {
    let (wanted, max) = (or(raw.min.as_ref(), HOUR), or(raw.max.as_ref(), 7 * DAY));
    let min = wanted.max(watch);
    let place = raw.min.as_ref().or(raw.max.as_ref()).map_or(at, |bound| &bound.span).clone();
    if min > max {
        let cause = if min > wanted { "`watch.for`, below which `overlap.min` cannot be" } else { "`overlap.min`" };
        let message = format!("{cause} ({}) is longer than `overlap.max` ({})", show_duration(min), show_duration(max));
        return check.refuse(Problem::new(place, message).showing().hinted("raise `overlap.max`"));
    }
    if min > wanted {
        let (short, long) = (show_duration(wanted), show_duration(min));
        let message = format!("`overlap.min` ({short}) is shorter than `watch.for`; {long} is used");
        check.warn(Problem::new(place, message).showing().hinted("the old key must live while the new one is watched"));
    }
    let until = raw.until.as_ref().map_or(Until::AllConsumers, |word| word.value.into());
    let on_straggler = raw.on_straggler.as_ref().map_or(OnStraggler::Hold, |word| word.value.into());
    Some(Overlap { min, max, until, on_straggler })
}

fn or(set: Option<&Located<raw::Duration>>, default: Duration) -> Duration {
    set.map_or(default, |set| set.value.0)
}

fn positive(check: &mut Check, name: &str, set: Option<&Located<raw::Duration>>, default: Duration) -> Duration {
    match set {
        Some(zero) if zero.value.0.is_zero() => {
            let problem = Problem::new(zero.span.clone(), format!("`{name}` is longer than zero"));
            check.refuse(problem.showing()).unwrap_or(default)
        }
        set => or(set, default),
    }
}
