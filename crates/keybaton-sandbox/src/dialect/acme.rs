//! `acme`: flat JSON objects, bearer authentication, RFC 3339 times, the next page as an absolute URL in the body.

use axum::extract::{Path, Query, State as Shared};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{delete, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Fields, Style};
use crate::admin::perform;
use crate::app::App;
use crate::consumer::bearer;
use crate::effect::{Effect, Next, Outcome, Page};
use crate::key::Key;

pub(super) struct Acme;

#[derive(Deserialize)]
struct Create {
    name: String,
}

#[derive(Deserialize)]
struct Cursor {
    #[serde(default)]
    after: u64,
}

impl Style for Acme {
    fn routes(&self) -> Router<App> {
        Router::new()
            .route("/v1/keys", post(create).get(list))
            .route("/v1/keys/{id}", delete(destroy))
            .route("/v1/keys/{id}/disable", post(disable))
            .route("/v1/keys/{id}/enable", post(enable))
    }

    fn admits(&self, headers: &HeaderMap, token: &str) -> bool {
        bearer(headers) == Some(token)
    }

    fn mint(&self, n: u64) -> String {
        format!("key_{n}")
    }

    fn permits(&self, id: &str) -> bool {
        !id.is_empty()
    }

    fn render(&self, outcome: &Outcome, origin: &str) -> Answer {
        match outcome {
            Outcome::Made { key, value } => {
                Answer::json(StatusCode::CREATED, json!({ "id": key.id, "secret": value.reveal() }))
            }
            Outcome::Listed(page) => Answer::json(StatusCode::OK, listing(page, origin)),
            Outcome::Changed(key) => Answer::json(StatusCode::OK, shown(key)),
            Outcome::Destroyed(_) => Answer::empty(StatusCode::NO_CONTENT),
            Outcome::NotFound | Outcome::Gone => self.refuse(StatusCode::NOT_FOUND, "not_found", "no such key"),
            Outcome::Full { max } => self.full(*max),
            Outcome::NoRandomness => self.refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal", "no randomness"),
        }
    }

    fn refuse(&self, status: StatusCode, code: &str, words: &str) -> Answer {
        Answer::json(status, json!({ "error": { "code": code, "message": words } }))
    }

    fn full(&self, max: usize) -> Answer {
        self.refuse(StatusCode::CONFLICT, "limit_reached", &format!("at most {max} keys"))
    }

    fn fields(&self) -> Fields {
        Fields { id: "id", value: "secret" }
    }
}

async fn create(Shared(app): Shared<App>, Json(body): Json<Create>) -> Response {
    perform(&app, Effect::Create { label: body.name }).await
}

async fn list(Shared(app): Shared<App>, Query(cursor): Query<Cursor>) -> Response {
    perform(&app, Effect::List { after: cursor.after }).await
}

async fn disable(Shared(app): Shared<App>, Path(id): Path<String>) -> Response {
    perform(&app, Effect::Disable { id }).await
}

async fn enable(Shared(app): Shared<App>, Path(id): Path<String>) -> Response {
    perform(&app, Effect::Enable { id }).await
}

async fn destroy(Shared(app): Shared<App>, Path(id): Path<String>) -> Response {
    perform(&app, Effect::Destroy { id }).await
}

fn listing(page: &Page, origin: &str) -> Value {
    let next = match page.next {
        Next::End => Value::Null,
        Next::After(seq) => Value::String(format!("{origin}/v1/keys?after={seq}")),
        Next::Foreign => Value::String("http://elsewhere.invalid/v1/keys?after=0".to_owned()),
    };
    json!({ "keys": page.keys.iter().map(shown).collect::<Vec<_>>(), "page": { "next": next } })
}

fn shown(key: &Key) -> Value {
    json!({
        "id": key.id,
        "name": key.label,
        "created_at": key.created.to_string(),
        "last_used_at": key.last_used.map(|time| time.to_string()),
        "enabled": key.enabled,
        "created_by": "ops@acme.example",
    })
}
