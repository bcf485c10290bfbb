//! `nested`: forms in, everything wrapped twice on the way out, a custom admin header, Unix seconds, paging by a relative
//! `Link` header, and ids such as `key/7+a` that need escaping in a URL.

use axum::extract::{Path, Query, State as Shared};
use axum::http::header::LINK;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, post, put};
use axum::{Form, Router};
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Fields, Style};
use crate::admin::perform;
use crate::app::App;
use crate::effect::{Effect, Next, Outcome, Page};
use crate::key::Key;

const ADMIN_HEADER: &str = "x-admin";
const ADMIN_PREFIX: &str = "Token ";

pub(super) struct Nested;

#[derive(Deserialize)]
struct Create {
    label: String,
}

#[derive(Deserialize)]
struct Cursor {
    #[serde(default)]
    cursor: u64,
}

#[derive(Deserialize)]
struct Change {
    state: String,
}

impl Style for Nested {
    fn routes(&self) -> Router<App> {
        Router::new()
            .route("/api/admin/credentials", post(create).get(list))
            .route("/api/admin/credentials/{id}", delete(destroy))
            .route("/api/admin/credentials/{id}/state", put(change))
    }

    fn admits(&self, headers: &HeaderMap, token: &str) -> bool {
        let given = headers.get(ADMIN_HEADER).and_then(|value| value.to_str().ok());
        given.and_then(|value| value.strip_prefix(ADMIN_PREFIX)) == Some(token)
    }

    fn mint(&self, n: u64) -> String {
        format!("key/{n}+a")
    }

    fn permits(&self, id: &str) -> bool {
        !id.is_empty()
    }

    fn render(&self, outcome: &Outcome, _origin: &str) -> Answer {
        match outcome {
            Outcome::Made { key, value } => {
                let material = json!({ "type": "bearer", "token": value.reveal() });
                let credential = json!({ "ref": key.id, "label": key.label, "material": material });
                success(StatusCode::CREATED, &json!({ "credential": credential }))
            }
            Outcome::Listed(page) => listing(page),
            Outcome::Changed(key) => success(StatusCode::OK, &shown(key)),
            Outcome::Destroyed(key) => success(StatusCode::OK, &json!({ "destroyed": key.id })),
            Outcome::NotFound => self.refuse(StatusCode::NOT_FOUND, "unknown", "no such credential"),
            Outcome::Gone => self.refuse(StatusCode::GONE, "gone", "the credential was destroyed"),
            Outcome::Full { max } => self.full(*max),
            Outcome::NoRandomness => self.refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal", "no randomness"),
        }
    }

    fn refuse(&self, status: StatusCode, code: &str, words: &str) -> Answer {
        Answer::json(status, json!({ "success": false, "errors": [{ "code": code, "detail": words }] }))
    }

    fn full(&self, max: usize) -> Answer {
        self.refuse(StatusCode::UNPROCESSABLE_ENTITY, "quota", &format!("the quota of {max} credentials is used up"))
    }

    fn fields(&self) -> Fields {
        Fields { id: "ref", value: "token" }
    }
}

async fn create(Shared(app): Shared<App>, Form(form): Form<Create>) -> Response {
    perform(&app, Effect::Create { label: form.label }).await
}

async fn list(Shared(app): Shared<App>, Query(query): Query<Cursor>) -> Response {
    perform(&app, Effect::List { after: query.cursor }).await
}

async fn change(Shared(app): Shared<App>, Path(id): Path<String>, Form(form): Form<Change>) -> Response {
    match form.state.as_str() {
        "ACTIVE" => perform(&app, Effect::Enable { id }).await,
        "SUSPENDED" => perform(&app, Effect::Disable { id }).await,
        _ => Nested.refuse(StatusCode::BAD_REQUEST, "state", "the state is ACTIVE or SUSPENDED").into_response(),
    }
}

async fn destroy(Shared(app): Shared<App>, Path(id): Path<String>) -> Response {
    perform(&app, Effect::Destroy { id }).await
}

fn success(status: StatusCode, result: &Value) -> Answer {
    Answer::json(status, json!({ "success": true, "result": result }))
}

fn listing(page: &Page) -> Answer {
    let items: Vec<Value> = page.keys.iter().map(shown).collect();
    let answer = success(StatusCode::OK, &json!({ "items": items }));
    let first = r#"</api/admin/credentials>; rel="first""#;
    match page.next {
        Next::End => answer,
        Next::After(seq) => {
            answer.with_header(LINK, &format!(r#"{first}, </api/admin/credentials?cursor={seq}>; rel="next""#))
        }
        Next::Foreign => answer.with_header(LINK, r#"<http://elsewhere.invalid/api?cursor=0>; rel="next""#),
    }
}

fn shown(key: &Key) -> Value {
    json!({ "credential": {
        "ref": key.id,
        "label": key.label,
        "state": if key.enabled { "ACTIVE" } else { "SUSPENDED" },
        "made_by": 4711,
        "times": { "created": key.created.as_second(), "used": key.last_used.map(Timestamp::as_second) },
    } })
}
