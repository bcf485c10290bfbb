//! `array`: the list is a bare array without pages, ids are numbers, basic authentication as `admin`, nothing can be
//! disabled, and nobody knows when a key was last used.

use axum::extract::{Path, State as Shared};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{delete, post};
use axum::{Json, Router};
use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, Fields, Style};
use crate::admin::perform;
use crate::app::App;
use crate::effect::{Effect, Outcome};
use crate::key::Key;

const USER: &str = "admin";
const FIRST_ID: u64 = 1000;

pub(super) struct Array;

#[derive(Deserialize)]
struct Create {
    description: String,
}

impl Style for Array {
    fn routes(&self) -> Router<App> {
        Router::new().route("/tokens", post(create).get(list)).route("/tokens/{id}", delete(destroy))
    }

    fn admits(&self, headers: &HeaderMap, token: &str) -> bool {
        basic(headers).is_some_and(|given| given == format!("{USER}:{token}"))
    }

    fn mint(&self, n: u64) -> String {
        (FIRST_ID + n).to_string()
    }

    fn permits(&self, id: &str) -> bool {
        id.parse::<u64>().is_ok_and(|number| number.to_string() == id)
    }

    fn render(&self, outcome: &Outcome, _origin: &str) -> Answer {
        match outcome {
            Outcome::Made { key, value } => {
                Answer::json(StatusCode::OK, json!({ "id": number(key), "key": value.reveal() }))
            }
            Outcome::Listed(page) => Answer::json(StatusCode::OK, page.keys.iter().map(shown).collect()),
            Outcome::Changed(key) => Answer::json(StatusCode::OK, shown(key)),
            Outcome::Destroyed(_) => Answer::empty(StatusCode::NO_CONTENT),
            Outcome::NotFound | Outcome::Gone => self.refuse(StatusCode::NOT_FOUND, "not-found", "no such token"),
            Outcome::Full { max } => self.full(*max),
            Outcome::NoRandomness => self.refuse(StatusCode::INTERNAL_SERVER_ERROR, "internal", "no randomness"),
        }
    }

    fn refuse(&self, status: StatusCode, code: &str, words: &str) -> Answer {
        Answer::json(status, json!([code, words]))
    }

    fn full(&self, max: usize) -> Answer {
        self.refuse(StatusCode::CONFLICT, "too-many", &format!("you have {max} tokens already"))
    }

    fn fields(&self) -> Fields {
        Fields { id: "id", value: "key" }
    }
}

async fn create(Shared(app): Shared<App>, Json(body): Json<Create>) -> Response {
    perform(&app, Effect::Create { label: body.description }).await
}

async fn list(Shared(app): Shared<App>) -> Response {
    perform(&app, Effect::List { after: 0 }).await
}

async fn destroy(Shared(app): Shared<App>, Path(id): Path<u64>) -> Response {
    perform(&app, Effect::Destroy { id: id.to_string() }).await
}

fn basic(headers: &HeaderMap) -> Option<String> {
    let (scheme, encoded) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let decoded = BASE64.decode(encoded.trim().as_bytes()).ok()?;
    scheme.eq_ignore_ascii_case("basic").then(|| String::from_utf8(decoded).ok())?
}

fn shown(key: &Key) -> Value {
    json!({ "id": number(key), "description": key.label, "created": key.created.to_string() })
}

/// Every id of this dialect is a number; the options see to it.
fn number(key: &Key) -> Option<u64> {
    key.id.parse().ok()
}
