//! A server that says what a test wants, in the words of the wire: it can hang, refuse, and be asked what it heard.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Json;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use keybaton_types::wire::{AuthResults, INSTANCE, Kind, Sighted};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The one access token that it takes.
pub(crate) const TOKEN: &str = "kbt_0000000000000000000000000000000000000000000tok3n0";

const PATIENCE: Duration = Duration::from_mins(1);

/// How it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// As it should.
    Well,
    /// It takes requests and never answers.
    Hangs,
    /// With this status.
    Says(u16),
}

/// What it heard of a version: instance, version, and the kind of sighting.
pub(crate) type Heard = (String, u64, Kind);

struct Book {
    mood: Mood,
    secrets: BTreeMap<String, (u64, String)>,
    retiring: Vec<u64>,
    condemned: Vec<u64>,
    ttl: u64,
    heard: Vec<Heard>,
    results: Vec<(String, AuthResults)>,
    reads: usize,
}

#[derive(Clone)]
struct Desk {
    book: Arc<Mutex<Book>>,
    revision: Arc<watch::Sender<u64>>,
}

/// A server on loopback.
pub(crate) struct Fake {
    desk: Desk,
    port: u16,
    serving: Option<JoinHandle<()>>,
}

impl Fake {
    /// One that serves version 1 of `payments/prod`.
    pub(crate) async fn start(value: &str) -> Self {
        let book = Book {
            mood: Mood::Well,
            secrets: BTreeMap::from([("payments/prod".to_owned(), (1, value.to_owned()))]),
            retiring: Vec::new(),
            condemned: Vec::new(),
            ttl: 600,
            heard: Vec::new(),
            results: Vec::new(),
            reads: 0,
        };
        let desk = Desk { book: Arc::new(Mutex::new(book)), revision: Arc::new(watch::Sender::new(1)) };
        let mut fake = Self { desk, port: 0, serving: None };
        fake.open().await;
        fake
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Listens, at the same place as before.
    pub(crate) async fn open(&mut self) {
        let listener = TcpListener::bind(("127.0.0.1", self.port)).await.unwrap();
        self.port = listener.local_addr().unwrap().port();
        let app = Router::new()
            .route("/v1/secrets/{name}/{env}", get(read))
            .route("/v1/secrets/{name}/{env}/sightings", post(sight))
            .route("/v1/secrets/{name}/{env}/auth-results", post(count))
            .with_state(self.desk.clone());
        self.serving = Some(tokio::spawn(async move { axum::serve(listener, app).await.unwrap() }));
    }

    /// Is gone, with every connection.
    pub(crate) async fn shut(&mut self) {
        if let Some(serving) = self.serving.take() {
            self.mood(Mood::Says(503));
            serving.abort();
            let _ = serving.await;
        }
    }

    pub(crate) fn mood(&self, mood: Mood) {
        self.change(|book| book.mood = mood);
    }

    pub(crate) fn ttl(&self, seconds: u64) {
        self.change(|book| book.ttl = seconds);
    }

    /// Publishes the next version of a secret.
    pub(crate) fn publish(&self, value: &str) {
        self.publish_of("payments/prod", value);
    }

    pub(crate) fn publish_of(&self, secret: &str, value: &str) {
        self.change(|book| {
            let version = book.secrets.get(secret).map_or(0, |(version, _)| *version) + 1;
            book.secrets.insert(secret.to_owned(), (version, value.to_owned()));
        });
    }

    pub(crate) fn retire(&self, version: u64) {
        self.change(|book| book.retiring.push(version));
    }

    pub(crate) fn condemn(&self, version: u64) {
        self.change(|book| book.condemned.push(version));
    }

    pub(crate) fn reads(&self) -> usize {
        self.desk.book.lock().unwrap().reads
    }

    pub(crate) fn results(&self) -> Vec<(String, AuthResults)> {
        self.desk.book.lock().unwrap().results.clone()
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.desk.book.lock().unwrap().heard.clone()
    }

    /// Whether it has heard this of any instance.
    pub(crate) fn has_heard(&self, version: u64, kind: Kind) -> bool {
        self.heard().iter().any(|heard| (heard.1, heard.2) == (version, kind))
    }

    /// Waits until it hears this of any instance.
    pub(crate) async fn hears(&self, version: u64, kind: Kind) {
        self.until(|| self.has_heard(version, kind), &format!("{kind:?} of {version}")).await;
    }

    /// Waits until something is true, and looks whenever anything happened here.
    pub(crate) async fn until(&self, is_so: impl Fn() -> bool, what: &str) {
        let mut revision = self.desk.revision.subscribe();
        let waiting = async {
            while !is_so() {
                revision.changed().await.unwrap();
            }
        };
        let came = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(came.is_ok(), "never came: {what}; heard {:?}", self.heard());
    }

    fn change(&self, change: impl FnOnce(&mut Book)) {
        change(&mut self.desk.book.lock().unwrap());
        self.desk.revision.send_modify(|revision| *revision += 1);
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        if let Some(serving) = self.serving.take() {
            serving.abort();
        }
    }
}

impl Desk {
    /// What keeps a request from being answered as it should be.
    async fn obstacle(&self, headers: &HeaderMap) -> Option<Response> {
        let mood = self.book.lock().unwrap().mood;
        match mood {
            Mood::Hangs => {
                std::future::pending::<()>().await;
                None
            }
            Mood::Says(status) => Some(problem(status)),
            Mood::Well => {
                let token = headers.get("authorization").and_then(|header| header.to_str().ok());
                (token != Some(&format!("Bearer {TOKEN}"))).then(|| problem(401))
            }
        }
    }

    fn answer(&self, secret: &str) -> (String, Option<serde_json::Value>) {
        let book = self.book.lock().unwrap();
        let Some((version, value)) = book.secrets.get(secret) else { return (String::new(), None) };
        let (name, env) = secret.split_once('/').unwrap();
        let tag = format!("\"{version}-{}-{}\"", book.retiring.len(), book.condemned.len());
        let document = serde_json::json!({
            "secret": name, "env": env, "version": version, "value": value, "fingerprint": format!("f{version}"),
            "ttl_seconds": book.ttl, "max_stale_seconds": 3600, "age_seconds": 5, "stale": null,
            "retiring": book.retiring, "condemned": book.condemned,
        });
        (tag, Some(document))
    }
}

async fn read(
    State(desk): State<Desk>,
    Path((name, env)): Path<(String, String)>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    desk.book.lock().unwrap().reads += 1;
    let mut revision = desk.revision.subscribe();
    let known = headers.get("if-none-match").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    let wait = query.get("wait").and_then(|wait| keybaton_types::parse_duration(wait).ok()).unwrap_or_default();
    let until = tokio::time::Instant::now() + wait;
    loop {
        if let Some(refusal) = desk.obstacle(&headers).await {
            return refusal;
        }
        let (tag, document) = desk.answer(&format!("{name}/{env}"));
        let Some(document) = document else { return problem(404) };
        if known.as_ref() != Some(&tag) {
            return ([("etag", tag)], Json(document)).into_response();
        }
        if tokio::time::timeout_at(until, revision.changed()).await.is_err() {
            return StatusCode::NOT_MODIFIED.into_response();
        }
    }
}

async fn sight(State(desk): State<Desk>, headers: HeaderMap, Json(seen): Json<Sighted>) -> Response {
    if let Some(refusal) = desk.obstacle(&headers).await {
        return refusal;
    }
    desk.book.lock().unwrap().heard.push((instance(&headers), seen.version.0, seen.kind));
    desk.revision.send_modify(|revision| *revision += 1);
    StatusCode::NO_CONTENT.into_response()
}

async fn count(State(desk): State<Desk>, headers: HeaderMap, Json(results): Json<AuthResults>) -> Response {
    if let Some(refusal) = desk.obstacle(&headers).await {
        return refusal;
    }
    desk.book.lock().unwrap().results.push((instance(&headers), results));
    desk.revision.send_modify(|revision| *revision += 1);
    StatusCode::NO_CONTENT.into_response()
}

fn instance(headers: &HeaderMap) -> String {
    headers.get(INSTANCE).and_then(|name| name.to_str().ok()).unwrap_or_default().to_owned()
}

fn problem(status: u16) -> Response {
    let body = serde_json::json!({ "type": "of-the-test", "status": status, "title": "the test wants it so" });
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}
