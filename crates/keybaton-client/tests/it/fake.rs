//! A fake keybaton with true semantics of the wire: tags, held requests, sightings. It can be made to fail.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::extract::{Path as Params, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use keybaton_client::{Access, Builder, Client, Handle};
use keybaton_seal::SecretValue;
use keybaton_types::wire::{AuthResults, INSTANCE, Kind, LEASE, Sighted, Value};
use keybaton_types::{VersionNo, parse_duration};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The secret of most tests.
pub(crate) const SECRET: &str = "payments/prod";

/// The token that is let in.
pub(crate) const TOKEN: &str = "kbt_f4ke-t0ken-of-a-test";

/// No condition of these tests takes longer to come about, however busy the machine is.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the fake behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Well,
    /// Answers with this status.
    Status(u16),
    /// Answers 429 with `Retry-After` in seconds.
    Throttles(u64),
    /// Takes requests and never answers.
    Hangs,
    /// Answers with half a document.
    Babbles,
}

/// What is served of one secret.
#[derive(Clone)]
pub(crate) struct Served {
    pub(crate) version: u64,
    pub(crate) value: String,
    pub(crate) fingerprint: String,
    pub(crate) ttl: u64,
    pub(crate) max_stale: u64,
    pub(crate) retiring: Vec<u64>,
    pub(crate) condemned: Vec<u64>,
}

impl Served {
    /// Version `version` with a value and a fingerprint of its own, for ten minutes and an hour.
    pub(crate) fn version(version: u64) -> Self {
        Self {
            version,
            value: format!("v4lue-{version}-5c0ffee"),
            fingerprint: format!("fp-{version}"),
            ttl: 600,
            max_stale: 3600,
            retiring: Vec::new(),
            condemned: Vec::new(),
        }
    }

    pub(crate) fn term(self, ttl: u64, max_stale: u64) -> Self {
        Self { ttl, max_stale, ..self }
    }

    pub(crate) fn retiring(self, versions: &[u64]) -> Self {
        Self { retiring: versions.to_vec(), ..self }
    }

    pub(crate) fn condemning(self, versions: &[u64]) -> Self {
        Self { condemned: versions.to_vec(), ..self }
    }

    fn tag(&self) -> String {
        format!("\"{}-{:?}-{:?}\"", self.version, self.retiring, self.condemned)
    }
}

/// A read that came.
#[derive(Clone, Debug)]
pub(crate) struct Read {
    pub(crate) secret: String,
    pub(crate) instance: Option<String>,
    pub(crate) lease: Option<String>,
    pub(crate) wait: Option<String>,
}

/// What came and what is served.
pub(crate) struct Desk {
    pub(crate) mode: Mode,
    pub(crate) token: String,
    pub(crate) delay: Duration,
    pub(crate) served: BTreeMap<String, Served>,
    pub(crate) reads: Vec<Read>,
    /// Instance, secret, sighting.
    pub(crate) sightings: Vec<(String, String, Sighted)>,
    pub(crate) results: Vec<(String, AuthResults)>,
}

#[derive(Clone)]
struct Shared {
    desk: Arc<Mutex<Desk>>,
    changed: watch::Sender<u64>,
}

/// A running fake.
pub(crate) struct Fake {
    shared: Shared,
    pub(crate) url: String,
    task: JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    /// Serves version 1 of [`SECRET`] on loopback.
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Shared::new();
        let router = router(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { shared, url, task }
    }

    /// The same on a unix socket.
    pub(crate) fn start_on(socket: &Path) -> Self {
        let listener = tokio::net::UnixListener::bind(socket).unwrap();
        let shared = Shared::new();
        let router = router(shared.clone());
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { shared, url: format!("unix:{}", socket.display()), task }
    }

    /// A client of it that reports often.
    pub(crate) fn builder(&self) -> Builder {
        builder(&self.url)
    }

    /// One whose reader has seen two versions: the handle has the second, and waits for more.
    pub(crate) async fn at_version_two() -> (Self, Handle) {
        let fake = Self::start().await;
        let handle = fake.client().secret(SECRET).unwrap();
        handle.ready().await.unwrap();
        fake.until("a held request", |fake| fake.reads() == 2).await;
        fake.serve(Served::version(2));
        until("version 2", || handle.notices().version == Some(VersionNo(2))).await;
        (fake, handle)
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        self.shared.desk.lock().unwrap()
    }

    pub(crate) fn behave(&self, mode: Mode) {
        self.desk().mode = mode;
        self.ring();
    }

    /// Serves something else of [`SECRET`]; whoever waits for news gets it.
    pub(crate) fn serve(&self, served: Served) {
        self.desk().served.insert(SECRET.to_owned(), served);
        self.ring();
    }

    /// Reads so far, those that were held back too.
    pub(crate) fn reads(&self) -> usize {
        self.desk().reads.len()
    }

    /// Every sighting of a version so far.
    pub(crate) fn seen(&self, version: u64) -> Vec<Kind> {
        let mine = |(_, _, seen): &(String, String, Sighted)| (seen.version.0 == version).then_some(seen.kind);
        self.desk().sightings.iter().filter_map(mine).collect()
    }

    /// All results of a version so far: ok, unauthorized, forbidden.
    pub(crate) fn counted(&self, version: u64) -> (u64, u64, u64) {
        let desk = self.desk();
        let mine = desk.results.iter().map(|(_, results)| results).filter(|results| results.version.0 == version);
        mine.fold((0, 0, 0), |sum, r| (sum.0 + r.ok, sum.1 + r.unauthorized, sum.2 + r.forbidden))
    }

    /// Waits until something came that makes this true.
    pub(crate) async fn until(&self, what: &str, mut is_true: impl FnMut(&Self) -> bool) {
        let mut changed = self.shared.changed.subscribe();
        let waited = tokio::time::timeout(PATIENCE, async {
            while !is_true(self) {
                changed.changed().await.unwrap();
            }
        });
        if waited.await.is_err() {
            let desk = self.desk();
            panic!("not within {PATIENCE:?}: {what}\n{:?}\n{:?}\n{:?}", desk.reads, desk.sightings, desk.results);
        }
    }

    fn ring(&self) {
        self.shared.ring();
    }
}

/// A client of an address that reports often.
pub(crate) fn builder(url: &str) -> Builder {
    let token = SecretValue::from_text(TOKEN.to_owned()).unwrap();
    let builder = Client::builder(url, Access::token(token)).instance("billing-0");
    builder.report_every(Duration::from_millis(100)).timeout(Duration::from_secs(2))
}

/// Waits until this is true of a client, which changes by itself.
pub(crate) async fn until(what: &str, mut is_true: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !is_true() {
        assert!(begun.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

impl Shared {
    fn new() -> Self {
        let desk = Desk {
            mode: Mode::Well,
            token: TOKEN.to_owned(),
            delay: Duration::ZERO,
            served: BTreeMap::from([(SECRET.to_owned(), Served::version(1))]),
            reads: Vec::new(),
            sightings: Vec::new(),
            results: Vec::new(),
        };
        Self { desk: Arc::new(Mutex::new(desk)), changed: watch::Sender::new(0) }
    }

    fn ring(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    /// What the mode makes of a request; nothing when it is answered.
    async fn mood(&self, headers: &HeaderMap) -> Option<Response> {
        let (mode, delay, token) = {
            let desk = self.desk.lock().unwrap();
            (desk.mode, desk.delay, desk.token.clone())
        };
        tokio::time::sleep(delay).await;
        match mode {
            Mode::Well => {}
            Mode::Status(status) => return Some(problem(status, "as the test wants")),
            Mode::Throttles(seconds) => {
                let mut answer = problem(429, "too many requests");
                answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
                return Some(answer);
            }
            Mode::Hangs => std::future::pending().await,
            Mode::Babbles => return Some("{\"secret\":\"payments\",\"value\":\"v4lue-1-5c0ff".into_response()),
        }
        let presented = headers.get(header::AUTHORIZATION).and_then(|header| header.to_str().ok());
        (presented != Some(format!("Bearer {token}").as_str())).then(|| problem(401, "the token is not known"))
    }
}

fn router(shared: Shared) -> Router {
    Router::new()
        .route("/v1/secrets/{name}/{env}", get(read))
        .route("/v1/secrets/{name}/{env}/sightings", post(sight))
        .route("/v1/secrets/{name}/{env}/auth-results", post(count))
        .with_state(shared)
}

async fn read(
    State(shared): State<Shared>,
    Params((name, env)): Params<(String, String)>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let secret = format!("{name}/{env}");
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (instance, lease, wait) = (text(INSTANCE), text(LEASE), query.get("wait").cloned());
    shared.desk.lock().unwrap().reads.push(Read { secret: secret.clone(), instance, lease, wait: wait.clone() });
    shared.ring();
    let mut changed = shared.changed.subscribe();
    let deadline = wait.map(|wait| tokio::time::Instant::now() + parse_duration(&wait).unwrap());
    loop {
        if let Some(trouble) = shared.mood(&headers).await {
            return trouble;
        }
        let Some(served) = shared.desk.lock().unwrap().served.get(&secret).cloned() else {
            return problem(404, "there is no such secret");
        };
        if text("if-none-match").is_none_or(|tag| tag != served.tag()) {
            return document(&name, &env, &served);
        }
        let Some(deadline) = deadline else { return StatusCode::NOT_MODIFIED.into_response() };
        if !matches!(tokio::time::timeout_at(deadline, changed.changed()).await, Ok(Ok(()))) {
            return StatusCode::NOT_MODIFIED.into_response();
        }
    }
}

fn document(name: &str, env: &str, served: &Served) -> Response {
    let numbers = |versions: &[u64]| versions.iter().copied().map(VersionNo).collect();
    let value = Value {
        secret: name.to_owned(),
        env: env.to_owned(),
        version: VersionNo(served.version),
        value: served.value.clone(),
        fingerprint: served.fingerprint.clone(),
        ttl_seconds: served.ttl,
        max_stale_seconds: served.max_stale,
        age_seconds: 5,
        stale: None,
        retiring: numbers(&served.retiring),
        condemned: numbers(&served.condemned),
    };
    let mut answer = Json(value).into_response();
    answer.headers_mut().insert(header::ETAG, served.tag().parse().unwrap());
    answer
}

async fn sight(
    State(shared): State<Shared>,
    Params((name, env)): Params<(String, String)>,
    headers: HeaderMap,
    Json(seen): Json<Sighted>,
) -> Response {
    if let Some(trouble) = shared.mood(&headers).await {
        return trouble;
    }
    let instance = headers.get(INSTANCE).unwrap().to_str().unwrap().to_owned();
    shared.desk.lock().unwrap().sightings.push((instance, format!("{name}/{env}"), seen));
    shared.ring();
    StatusCode::NO_CONTENT.into_response()
}

async fn count(
    State(shared): State<Shared>,
    Params((name, env)): Params<(String, String)>,
    headers: HeaderMap,
    Json(results): Json<AuthResults>,
) -> Response {
    if let Some(trouble) = shared.mood(&headers).await {
        return trouble;
    }
    shared.desk.lock().unwrap().results.push((format!("{name}/{env}"), results));
    shared.ring();
    StatusCode::NO_CONTENT.into_response()
}

fn problem(status: u16, title: &str) -> Response {
    let body = serde_json::json!({ "type": "of-a-test", "status": status, "title": title });
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}
