//! `GET /v1/secrets/NAME/ENV`.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::{Query, State, rejection::QueryRejection},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::{IntoResponse, Response},
};
use keybaton_engine::delivery::{Awaited, Reading, Shown, Undelivered};
use keybaton_types::{SecretId, VersionNo, parse_duration, wire::Value};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::who::Who;
use crate::{refusal::Refusal, server::Shared};

/// The longest that an answer is held back.
const LONGEST: Duration = Duration::from_mins(1);

/// What a read may ask for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    after_version: Option<u64>,
    wait: Option<String>,
}

pub(super) async fn read(
    State(shared): State<Arc<Shared>>,
    who: Who,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(asked) = asked.map_err(|_| {
        Refusal::malformed("the query has something else than `after_version` and `wait`, or one of them is wrong")
    })?;
    let awaited = awaited(&asked, &headers)?;
    let reading = tokio::select! {
        reading = shared.parts.delivery.read(&who.secret, &who.reader, &awaited) => reading?,
        () = shared.stop.cancelled() => return Err(Undelivered::Closed.into()),
    };
    match reading {
        Reading::Value { shown, age, stale } => value(&who.secret, &shown, age, stale),
        Reading::Unchanged { tag } => {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            mark(&mut response, &tag);
            Ok(response)
        }
    }
}

fn awaited(asked: &Asked, headers: &HeaderMap) -> Result<Awaited, Refusal> {
    let wrong = |_| Refusal::malformed("`wait` is a duration such as 30s");
    let patience = asked.wait.as_deref().map(parse_duration).transpose().map_err(wrong)?;
    let mut tags = Vec::new();
    for header in headers.get_all(IF_NONE_MATCH) {
        let text = header.to_str().map_err(|_| Refusal::malformed("`If-None-Match` is no list of tags"))?;
        let weak = text.split(',').map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'));
        tags.extend(weak.filter(|tag| !tag.is_empty()).map(ToOwned::to_owned));
    }
    let patience = patience.unwrap_or_default().min(LONGEST);
    Ok(Awaited { tags, after: asked.after_version.map(VersionNo), patience })
}

/// The document is made in one piece that does not grow and is wiped when it was sent.
#[expect(clippy::disallowed_methods, reason = "the consumer asked for the value, and its grant is durable")]
fn value(secret: &SecretId, shown: &Shown, age: Duration, stale: Option<&str>) -> Result<Response, Refusal> {
    let opened = shown.opened().ok_or(Undelivered::Closed)?;
    let text = std::str::from_utf8(opened.value.expose()).map_err(|_| Undelivered::NotText(secret.clone()))?;
    let document = Value {
        secret: secret.name().to_owned(),
        env: secret.env().to_owned(),
        version: shown.version,
        value: text,
        fingerprint: opened.fingerprint.0.clone(),
        ttl_seconds: shown.ttl.as_secs(),
        max_stale_seconds: shown.max_stale.as_secs(),
        age_seconds: age.as_secs(),
        stale: stale.map(ToOwned::to_owned),
        retiring: shown.retiring.clone(),
        condemned: shown.condemned.clone(),
    };
    // six bytes for each of the value, if all of them have to be escaped
    let mut body = Zeroizing::new(Vec::with_capacity(text.len() * 6 + 4 * 1024));
    serde_json::to_writer(&mut *body, &document).map_err(|_| Undelivered::NotText(secret.clone()))?;
    let mut response = Response::new(Body::from(Bytes::from_owner(body)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    mark(&mut response, shown.tag());
    Ok(response)
}

fn mark(response: &mut Response, tag: &str) {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{tag}\"")) {
        headers.insert(ETAG, tag);
    }
}
