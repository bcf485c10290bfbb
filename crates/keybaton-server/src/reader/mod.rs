//! What consumers ask and tell: reads, sightings, how their calls ended.

mod evidence;
mod read;
mod refused;
mod who;

use axum::http::StatusCode;
use keybaton_types::wire::{AuthResults, INSTANCE, LEASE, Problem, Sighted, Value};

use crate::api::{Answer, Route};

const READ: &str = "/v1/secrets/{name}/{env}";
const SIGHTINGS: &str = "/v1/secrets/{name}/{env}/sightings";
const AUTH_RESULTS: &str = "/v1/secrets/{name}/{env}/auth-results";

/// How every route of a secret may refuse.
const REFUSALS: [StatusCode; 4] =
    [StatusCode::BAD_REQUEST, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::SERVICE_UNAVAILABLE];

/// How every route with a body may refuse beside that.
const BODIES: [StatusCode; 2] = [StatusCode::PAYLOAD_TOO_LARGE, StatusCode::UNSUPPORTED_MEDIA_TYPE];

/// The routes of this folder.
pub(crate) fn routes() -> Vec<Route> {
    vec![reading(), sighting(), reporting()]
}

fn reading() -> Route {
    named(Route::get(READ, "The current value of a secret, or, when asked to wait, the next one.", read::read))
        .query::<u64>("after_version", "the version that the reader has; one that is not later is not sent")
        .query::<String>(
            "wait",
            "how long to hold the answer back while there is nothing new, such as 30s; at most 60s",
        )
        .header::<String>("if-none-match", "the tag of what the reader has; the same is not sent again")
        .header::<String>(LEASE, "`enforced`, if the reader never uses a value after ttl + max_stale")
        .answers(Answer::json::<Value<String>>(StatusCode::OK, "the value; `ETag` is the tag of this answer"))
        .answers(Answer::empty(StatusCode::NOT_MODIFIED, "the reader has it; its term begins anew"))
        .refuses(&REFUSALS)
        .answers(Answer::json::<Problem>(StatusCode::CONFLICT, "the reader has a later version than this state knows"))
}

fn sighting() -> Route {
    named(Route::post(SIGHTINGS, "What became of a version in the hands of an instance.", evidence::sighted))
        .takes::<Sighted>()
        .answers(Answer::empty(StatusCode::NO_CONTENT, "it is written down"))
        .refuses(&REFUSALS)
        .refuses(&BODIES)
}

fn reporting() -> Route {
    named(Route::post(AUTH_RESULTS, "How calls with a version ended since the last report.", evidence::reported))
        .takes::<AuthResults>()
        .answers(Answer::empty(StatusCode::NO_CONTENT, "it is written down"))
        .refuses(&REFUSALS)
        .refuses(&BODIES)
}

fn named(route: Route) -> Route {
    route.header::<String>(INSTANCE, "names the instance; without it, the address of the connection does")
}
