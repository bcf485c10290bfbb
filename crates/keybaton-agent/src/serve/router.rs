//! What is asked, and who answers it.

use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::header::{HeaderName, IF_NONE_MATCH};
use hyper::{Method, Request, StatusCode};
use keybaton_types::wire::{self, AuthResults, Sighted};
use keybaton_types::{SecretId, VersionNo, parse_duration};
use tokio::time::{Instant, timeout_at};

use super::answer::{self, Answer};
use super::desk::{Desk, Entry};
use super::metrics;
use super::seat::Seat;
use super::sheet::Sheet;

/// Names the reader.
static INSTANCE: HeaderName = HeaderName::from_static(wire::INSTANCE);

/// The longest request body: the documents of readers are short.
const LONGEST_BODY: usize = 4096;

/// The longest time that a request is held back.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

const SECRETS: &str = "/v1/secrets/";

/// A read that waits for news.
struct Wait {
    after: Option<VersionNo>,
    until: Instant,
}

/// Who asks, and over which connection.
struct Asker<'a> {
    seat: &'a Seat,
    name: &'a str,
}

/// The answer to whoever asks again for what it was just handed: most of all requests, and nothing is waited for.
pub(super) fn again(desk: &Desk, request: &Request<Incoming>, seat: &Seat) -> Option<Answer> {
    let (uri, headers) = (request.uri(), request.headers());
    if request.method() != Method::GET || uri.query().is_some() {
        return None;
    }
    let sheet = seat.again(uri.path(), headers.get(&INSTANCE), desk.now())?;
    Some(if has(request, &sheet) { answer::unchanged(&sheet) } else { answer::value(&sheet) })
}

/// Answers one request of somebody who was let in; the seat names who does not name itself.
pub(super) async fn route(desk: &Desk, request: Request<Incoming>, seat: &Seat) -> Answer {
    let name = match request.headers().get(&INSTANCE).map(|name| name.to_str()) {
        None => seat.reader.clone(),
        Some(Ok(name)) if is_name(name) => name.to_owned(),
        Some(_) => return bad("the instance has 1 to 128 printable characters of ASCII, and no spaces"),
    };
    let asker = Asker { seat, name: &name };
    let path = request.uri().path();
    let Some(rest) = path.strip_prefix(SECRETS) else { return plain(desk, path) };
    let is_read = request.method() == Method::GET;
    if is_read
        && request.uri().query().is_none()
        && let Some(entry) = desk.known(rest)
        && let Some(sheet) = entry.hit(desk.now())
    {
        return hand(desk, &asker, &entry, &sheet, &request);
    }
    let (name, what) = match rest.rsplit_once('/') {
        Some((name, what @ ("sightings" | "auth-results"))) if name.contains('/') => (name, what),
        _ => (rest, ""),
    };
    let id: SecretId = match name.parse() {
        Ok(id) => id,
        Err(_) => return answer::problem(StatusCode::NOT_FOUND, "unknown-secret", "this names no secret", None),
    };
    let entry = match desk.entry(&id) {
        Ok(Some(entry)) => entry,
        Ok(None) => return busy("more names were asked for than an agent keeps"),
        Err(error) => return answer::refused(&error),
    };
    match (request.method(), what) {
        (&Method::GET, "") => read(desk, &asker, &entry, &request).await,
        (&Method::POST, "sightings") => sight(asker.name, &entry, request).await,
        (&Method::POST, "auth-results") => count(asker.name, &entry, request).await,
        _ => answer::problem(StatusCode::METHOD_NOT_ALLOWED, "method", "this is not asked in this way", None),
    }
}

/// What is asked of the agent itself.
fn plain(desk: &Desk, path: &str) -> Answer {
    match path {
        "/healthz" | "/readyz" => answer::text(StatusCode::OK, "ok\n"),
        "/metrics" => metrics::page(desk),
        _ => answer::problem(StatusCode::NOT_FOUND, "no-such-path", "there is nothing at this path", None),
    }
}

async fn read(desk: &Desk, asker: &Asker<'_>, entry: &Arc<Entry>, request: &Request<Incoming>) -> Answer {
    let wait = match wait(request.uri().query().unwrap_or_default()) {
        Ok(wait) => wait,
        Err(why) => return bad(why),
    };
    let mut notices = entry.handle.subscribe();
    loop {
        // whoever waits for news gets an answer made anew: what is at hand may be from just before the news that
        // `notices` has seen already, and then nothing would end the wait
        let at_hand = if wait.is_none() { entry.hit(desk.now()) } else { None };
        let sheet = match at_hand {
            Some(sheet) => sheet,
            None => match entry.made(desk).await {
                Ok(sheet) => sheet,
                Err(error) => return answer::refused(&error),
            },
        };
        let Some(wait) = &wait else { return hand(desk, asker, entry, &sheet, request) };
        let known = request.headers().get(IF_NONE_MATCH);
        let is_news = match (known, wait.after) {
            (None, None) => true,
            (known, after) => {
                known.is_some_and(|tag| *tag != sheet.tag) || after.is_some_and(|after| sheet.version > after)
            }
        };
        if is_news {
            return handed(desk, asker, entry, &sheet, request);
        }
        let unchanged = answer::unchanged(&sheet);
        drop(sheet);
        if !matches!(timeout_at(wait.until, notices.changed()).await, Ok(Ok(()))) {
            return unchanged;
        }
    }
}

/// Hands out a sheet, or says that it is the one that the reader has.
fn hand(desk: &Desk, asker: &Asker<'_>, entry: &Arc<Entry>, sheet: &Sheet, request: &Request<Incoming>) -> Answer {
    if has(request, sheet) {
        return answer::unchanged(sheet);
    }
    handed(desk, asker, entry, sheet, request)
}

fn handed(desk: &Desk, asker: &Asker<'_>, entry: &Arc<Entry>, sheet: &Sheet, request: &Request<Incoming>) -> Answer {
    if !desk.evidence.hand(asker.name, entry, sheet) {
        return busy("too much waits to be told");
    }
    asker.seat.remember(request.uri().path(), request.headers().get(&INSTANCE), entry, sheet.version);
    answer::value(sheet)
}

fn has(request: &Request<Incoming>, sheet: &Sheet) -> bool {
    request.headers().get(IF_NONE_MATCH).is_some_and(|tag| *tag == sheet.tag)
}

async fn sight(reader: &str, entry: &Entry, request: Request<Incoming>) -> Answer {
    match body::<Sighted>(request).await {
        Ok(seen) => passed(entry.handle.pass_on(reader, seen).await),
        Err(refusal) => *refusal,
    }
}

async fn count(reader: &str, entry: &Entry, request: Request<Incoming>) -> Answer {
    match body::<AuthResults>(request).await {
        Ok(results) => passed(entry.handle.pass_on_results(reader, results).await),
        Err(refusal) => *refusal,
    }
}

fn passed(told: Result<(), keybaton_client::Error>) -> Answer {
    match told {
        Ok(()) => answer::empty(StatusCode::NO_CONTENT),
        Err(error) => answer::refused(&error),
    }
}

async fn body<T: serde::de::DeserializeOwned>(request: Request<Incoming>) -> Result<T, Box<Answer>> {
    let too_long = || answer::problem(StatusCode::PAYLOAD_TOO_LARGE, "too-long", "the document is too long", None);
    let read = Limited::new(request.into_body(), LONGEST_BODY).collect();
    let read = tokio::time::timeout(Duration::from_secs(10), read).await.map_err(|_| bad("the document never came"))?;
    let bytes = read.map_err(|_| too_long())?.to_bytes();
    let place =
        |error: serde_json::Error| bad(&format!("the document is not understood, at column {}", error.column()));
    Ok(serde_json::from_slice(&bytes).map_err(place)?)
}

/// `after_version=N&wait=30s`; none when nothing is to be waited for.
fn wait(query: &str) -> Result<Option<Wait>, &'static str> {
    let (mut after, mut wait) = (None, Duration::ZERO);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("after_version", number)) => {
                after = Some(VersionNo(number.parse().map_err(|_| "after_version is a whole number")?));
            }
            Some(("wait", span)) => {
                let seconds = span.parse().map(Duration::from_secs).ok();
                let span = seconds.or_else(|| parse_duration(span).ok()).ok_or("wait is a duration such as 30s")?;
                wait = span.min(LONGEST_WAIT);
            }
            _ => return Err("a read takes after_version and wait, and nothing else"),
        }
    }
    let waits = after.is_some() || !wait.is_zero();
    Ok(waits.then(|| Wait { after, until: Instant::now() + wait }))
}

fn is_name(name: &str) -> bool {
    (1..=128).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())
}

fn bad(why: &str) -> Answer {
    answer::problem(StatusCode::BAD_REQUEST, "malformed", why, None)
}

fn busy(why: &str) -> Answer {
    answer::problem(StatusCode::TOO_MANY_REQUESTS, "too-many", why, Some("ask again in a second"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_waits_only_when_it_is_asked_to() {
        assert!(wait("").unwrap().is_none());
        assert_eq!(wait("after_version=4&wait=30s").unwrap().unwrap().after, Some(VersionNo(4)));
        assert!(wait("wait=5").unwrap().is_some());
        for query in ["wait=x", "after_version=-1", "other=1", "wait"] {
            assert!(wait(query).is_err(), "{query}");
        }
    }
}
