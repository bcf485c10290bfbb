//! `/metrics` of an agent: how what it hands out stands. Whoever may read values may ask.

use std::fmt::Write as _;
use std::time::Duration;

use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};

use super::answer::{self, Answer};
use super::desk::{Desk, Entry};

/// Every metric of an agent, and what it says; each has the labels `secret` and `env`.
pub const METRICS: [(&str, &str); 4] = [
    ("keybaton_agent_serving_stale", "1 where it hands out what it could not refresh in time, or nothing any more"),
    ("keybaton_agent_remaining_seconds", "How much longer it may hand out what it has, if nobody answers"),
    (
        "keybaton_agent_detour_since_seconds",
        "Since when it reads the vault itself because its server is silent, in seconds since 1970; 0 where it does not",
    ),
    (
        "keybaton_agent_detour_failing",
        "1 where its server is silent and nothing was taken from the vault the last time",
    ),
];

/// How one secret stands, a number for each metric.
type Stand = [u64; METRICS.len()];

/// The page, of every secret that was asked for.
pub(super) fn page(desk: &Desk) -> Answer {
    let mut entries = desk.entries();
    entries.sort_unstable_by_key(|entry| entry.handle.id().to_string());
    let stands: Vec<_> = entries.iter().map(|entry| (entry.handle.id(), stand(desk, entry))).collect();
    let mut text = String::new();
    for (at, (name, says)) in METRICS.into_iter().enumerate() {
        // writing to a string does not fail
        let _ = write!(text, "# HELP {name} {says}\n# TYPE {name} gauge\n");
        for (id, stand) in &stands {
            let value = stand.get(at).copied().unwrap_or_default();
            let _ = writeln!(text, "{name}{{secret=\"{}\",env=\"{}\"}} {value}", id.name(), id.env());
        }
    }
    let mut page = answer::text(StatusCode::OK, text);
    let headers = page.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}

/// How a secret stands.
fn stand(desk: &Desk, entry: &Entry) -> Stand {
    let remaining = entry.handle.get().map(|lent| lent.remaining(desk.now()));
    let (stale, left) = remaining.map_or((1, Duration::ZERO), |remaining| {
        (u64::from(remaining.ttl.is_zero()), remaining.ttl + remaining.max_stale)
    });
    let notices = entry.handle.notices();
    let detour = notices.detour.as_ref();
    let since =
        detour.and_then(|detour| detour.since).map_or(0, |since| u64::try_from(since.0 / 1_000_000).unwrap_or(0));
    let failing = detour.is_some_and(|detour| detour.trouble.is_some());
    [stale, left.as_secs(), since, u64::from(failing)]
}
