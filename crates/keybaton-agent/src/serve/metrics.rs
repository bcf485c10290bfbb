//! `/metrics` of an agent: how what it hands out stands. Whoever may read values may ask.

use std::fmt::Write as _;
use std::time::Duration;

use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};

use super::answer::{self, Answer};
use super::desk::{Desk, Entry};

/// Every metric of an agent, and what it says; each has the labels `secret` and `env`.
pub const METRICS: [(&str, &str); 2] = [
    ("keybaton_agent_serving_stale", "1 where it hands out what it could not refresh in time, or nothing any more"),
    ("keybaton_agent_remaining_seconds", "How much longer it may hand out what it has, if nobody answers"),
];

/// The page, of every secret that was asked for.
pub(super) fn page(desk: &Desk) -> Answer {
    let mut entries = desk.entries();
    entries.sort_unstable_by_key(|entry| entry.handle.id().to_string());
    let stands: Vec<_> = entries.iter().map(|entry| (entry.handle.id(), stand(desk, entry))).collect();
    let mut text = String::new();
    for (name, says) in METRICS {
        // writing to a string does not fail
        let _ = write!(text, "# HELP {name} {says}\n# TYPE {name} gauge\n");
        for (id, (stale, remaining)) in &stands {
            let value = if name == METRICS[0].0 { *stale } else { remaining.as_secs() };
            let _ = writeln!(text, "{name}{{secret=\"{}\",env=\"{}\"}} {value}", id.name(), id.env());
        }
    }
    let mut page = answer::text(StatusCode::OK, text);
    let headers = page.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    page
}

/// Whether a secret is stale, and what is left of its term.
fn stand(desk: &Desk, entry: &Entry) -> (u64, Duration) {
    let remaining = entry.handle.get().map(|lent| lent.remaining(desk.now()));
    remaining.map_or((1, Duration::ZERO), |left| (u64::from(left.ttl.is_zero()), left.ttl + left.max_stale))
}
