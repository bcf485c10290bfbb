//! How the API server of a cluster answers: where a request leads, and who may make it.

use axum::Json;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::Shared;
use super::desk::{ClusterDesk, ClusterMode, Key, is_served};
use super::object::{Force, merge};
use super::select::{Page, Wanted};
use super::status::Refusal;

/// The most bytes of a body.
const LARGEST: usize = 3 << 20;

/// What a request is about.
struct Asked {
    method: Method,
    key: Key,
    query: Vec<(String, String)>,
    kind: String,
    accept: String,
    manager: String,
    body: Bytes,
}

pub(super) async fn answer(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.unwrap_or_default();
    let line = format!("{} {}", parts.method, parts.uri);
    let (mode, delay) = {
        let mut desk = shared.desk();
        desk.requests.push(line);
        (desk.mode, desk.delay)
    };
    sleep(delay).await;
    match mode {
        ClusterMode::Well | ClusterMode::Swallows => {}
        ClusterMode::Status(code) => return Refusal::unavailable(code).into_response(),
        ClusterMode::Throttles(seconds) => return Refusal::throttled(seconds),
        ClusterMode::Hangs => std::future::pending().await,
        ClusterMode::Babbles => return "{\"kind\":\"Secret\",\"data\":{\"value\":\"dmFsd".into_response(),
    }
    let is_read = parts.method == Method::GET;
    let answered = Asked::read(parts.method, &parts.uri, &parts.headers, body)
        .and_then(|asked| asked.carried_out(&mut shared.desk(), &parts.headers));
    shared.answered.send_modify(|count| *count += 1);
    if mode == ClusterMode::Swallows && !is_read {
        std::future::pending::<()>().await;
    }
    answered.unwrap_or_else(IntoResponse::into_response)
}

impl Asked {
    fn read(method: Method, uri: &Uri, headers: &HeaderMap, body: Bytes) -> Result<Self, Refusal> {
        let segments: Vec<&str> = uri.path().trim_matches('/').split('/').collect();
        let (version, rest) = match segments.as_slice() {
            ["api", version, rest @ ..] => ((*version).to_owned(), rest),
            ["apis", group, version, rest @ ..] => (format!("{group}/{version}"), rest),
            _ => return Err(Refusal::no_path()),
        };
        let key = match rest {
            ["namespaces", namespace, resource] => Key::new(resource, namespace, ""),
            ["namespaces", namespace, resource, name] => Key::new(resource, namespace, name),
            _ => return Err(Refusal::no_path()),
        };
        if !is_served(&key.resource, &version) {
            return Err(Refusal::no_path());
        }
        let text =
            |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let query: Vec<(String, String)> =
            axum::extract::Query::try_from_uri(uri).map(|query| query.0).unwrap_or_default();
        // Whoever names no manager is known by the program that it is.
        let program = text(header::USER_AGENT).split('/').next().unwrap_or_default().to_owned();
        let named = query.iter().find(|(name, _)| name == "fieldManager").map(|(_, value)| value.clone());
        let (kind, accept) = (text(header::CONTENT_TYPE).to_owned(), text(header::ACCEPT).to_owned());
        Ok(Self { method, key, kind, accept, manager: named.unwrap_or(program), query, body })
    }

    fn carried_out(&self, desk: &mut ClusterDesk, headers: &HeaderMap) -> Result<Response, Refusal> {
        self.let_in(desk, headers)?;
        let key = &self.key;
        match (&self.method, key.name.is_empty()) {
            (&Method::GET, true) => Ok(self.list(desk).into_response()),
            (&Method::GET, false) => desk.read(key).map(|found| Json(found).into_response()),
            (&Method::POST, true) => {
                let value = self.json()?;
                let named = Key { name: name_of(&value)?, ..key.clone() };
                let made = desk.create(&named, &value, &self.manager)?;
                Ok((StatusCode::CREATED, Json(made)).into_response())
            }
            (&Method::PUT, false) => {
                desk.replace(key, self.json()?, &self.manager).map(|kept| Json(kept).into_response())
            }
            (&Method::PATCH, false) => self.patch(desk).map(|kept| Json(kept).into_response()),
            (&Method::DELETE, false) => desk.delete(key).map(|gone| Json(gone).into_response()),
            _ => Err(Refusal::no_path()),
        }
    }

    fn let_in(&self, desk: &ClusterDesk, headers: &HeaderMap) -> Result<(), Refusal> {
        let presented = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = presented.and_then(|text| text.strip_prefix("Bearer ")).unwrap_or_default();
        if !desk.tokens.contains(token) {
            return Err(Refusal::unauthorized());
        }
        let verb = match (&self.method, self.key.name.is_empty()) {
            (&Method::GET, true) => "list",
            (&Method::GET, false) => "get",
            (&Method::POST, _) => "create",
            (&Method::PUT, _) => "update",
            (&Method::PATCH, _) => "patch",
            _ => "delete",
        };
        let Key { resource, name, .. } = &self.key;
        let is_forbidden = desk.forbidden.iter().any(|(no, of)| *no == verb && of == resource);
        if is_forbidden { Err(Refusal::forbidden(verb, resource, name)) } else { Ok(()) }
    }

    fn patch(&self, desk: &mut ClusterDesk) -> Result<Value, Refusal> {
        match self.kind.as_str() {
            "application/apply-patch+yaml" => self.apply(desk),
            "application/merge-patch+json" | "application/strategic-merge-patch+json" => {
                let mut value = desk.read(&self.key)?;
                let patch = self.json()?;
                // A patch is for any version, unless it names one.
                if let Some(meta) = value["metadata"].as_object_mut() {
                    meta.remove("resourceVersion");
                }
                merge(&mut value, &patch);
                desk.replace(&self.key, value, &self.manager)
            }
            _ => Err(Refusal::unsupported()),
        }
    }

    fn apply(&self, desk: &mut ClusterDesk) -> Result<Value, Refusal> {
        if !self.query.iter().any(|(name, _)| name == "fieldManager") {
            return Err(Refusal::bad(
                "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch",
            ));
        }
        let wanted = self.json()?;
        if !wanted["metadata"]["managedFields"].is_null() {
            return Err(Refusal::bad("metadata.managedFields must be nil"));
        }
        if wanted["kind"].is_null() || wanted["apiVersion"].is_null() {
            return Err(Refusal::bad("invalid object type: kind and apiVersion are needed"));
        }
        if name_of(&wanted)? != self.key.name {
            return Err(Refusal::bad("the name of the object does not match the name on the URL"));
        }
        let is_forced = self.query.iter().any(|(name, value)| name == "force" && value == "true");
        desk.apply(&self.key, &wanted, if is_forced { Force::Yes } else { Force::No }, &self.manager)
    }

    fn list(&self, desk: &ClusterDesk) -> Json<Value> {
        let wanted = Wanted::of(&self.query);
        let Key { resource, namespace, .. } = &self.key;
        let found = desk.list(resource, namespace).into_iter().filter(|object| wanted.holds(object)).collect();
        let Page { items, next } = wanted.page(found, desk.page);
        let is_partial = self.accept.contains("as=PartialObjectMetadataList");
        let (kind, version) = if is_partial { ("PartialObjectMetadataList", "meta.k8s.io/v1") } else { ("List", "v1") };
        let shown = |mut item: Value| {
            if is_partial {
                item = json!({ "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": item["metadata"] });
            }
            item
        };
        let items: Vec<Value> = items.into_iter().map(shown).collect();
        Json(json!({ "kind": kind, "apiVersion": version, "metadata": { "continue": next }, "items": items }))
    }

    fn json(&self) -> Result<Value, Refusal> {
        serde_json::from_slice(&self.body).map_err(|_| Refusal::bad("the object provided is unrecognized"))
    }
}

fn name_of(value: &Value) -> Result<String, Refusal> {
    let name = value["metadata"]["name"].as_str();
    name.map(str::to_owned).ok_or_else(|| Refusal::bad("metadata.name: Required value: name is required"))
}
