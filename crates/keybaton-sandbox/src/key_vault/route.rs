//! Which request is for what, and whether whoever sends it may.

use std::collections::HashMap;

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, HOST};

use super::answer::Answer;
use super::directory::{Right, TENANT};
use super::secret::Draft;
use super::store::{Page, Root};
use super::vault::State;

/// The versions of the API that clients ask for.
const VERSIONS: [&str; 10] =
    ["2016-10-01", "7.0", "7.1", "7.2", "7.3", "7.4", "7.5", "7.6", "2025-07-01", "2026-04-01"];

/// A request, its query decoded: some clients encode the names too.
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) query: HashMap<String, String>,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

impl Asked<'_> {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    fn page(&self) -> Result<Page, Answer> {
        let number = |name: &str| self.query.get(name).map(String::as_str);
        Page::new(number("$skiptoken"), number("maxresults"))
    }
}

/// The answer to a request.
pub(super) fn answer(state: &mut State, asked: &Asked<'_>) -> Answer {
    let parts: Vec<&str> = asked.path.split('/').filter(|part| !part.is_empty()).collect();
    match (asked.method, parts.as_slice()) {
        ("POST", [tenant, "oauth2", "v2.0", "token"]) => {
            let form = super::server::pairs(std::str::from_utf8(asked.body).unwrap_or_default());
            state.directory.log_in(tenant, &form)
        }
        ("GET", ["msi", "token"]) => state.directory.identify(asked.header("x-identity-header"), &asked.query),
        (method, parts) => secrets(state, asked, method, parts).unwrap_or_else(|refusal| refusal),
    }
}

fn secrets(state: &mut State, asked: &Asked<'_>, method: &str, parts: &[&str]) -> Result<Answer, Answer> {
    let host = asked.header(HOST.as_str()).to_owned();
    let address = format!("https://{host}");
    let root = Root(&address);
    let token = asked.header(AUTHORIZATION.as_str()).strip_prefix("Bearer ").unwrap_or_default();
    let Some(identity) = state.directory.holder(token).map(str::to_owned) else {
        return Err(Answer::challenge(&host, TENANT));
    };
    if !asked.query.get("api-version").is_some_and(|version| VERSIONS.contains(&version.as_str())) {
        return Err(Answer::bad("BadParameter"));
    }
    let needed = right(method, parts).ok_or_else(|| Answer::refused(405, "MethodNotAllowed", None))?;
    if !state.directory.may(&identity, needed) {
        return Err(Answer::refused(403, "Forbidden", Some("ForbiddenByRbac")));
    }
    let store = &mut state.store;
    match (method, parts) {
        ("GET", ["secrets"]) => Ok(store.names(root, asked.page()?)),
        ("PUT", ["secrets", name]) => store.set(root, name, Draft::read(asked.body)?),
        ("GET", ["secrets", name]) => store.read(root, name, None),
        ("GET", ["secrets", name, "versions"]) => Ok(store.versions(root, name, asked.page()?)),
        ("GET", ["secrets", name, version]) => store.read(root, name, Some(version)),
        ("PATCH", ["secrets", name, version]) => store.change(root, name, version, Draft::read(asked.body)?),
        ("DELETE", ["secrets", name]) => store.delete(root, name),
        ("GET", ["deletedsecrets", name]) => store.deleted(root, name),
        ("DELETE", ["deletedsecrets", name]) => store.purge(root, name),
        ("POST", ["deletedsecrets", name, "recover"]) => store.recover(root, name),
        _ => Err(Answer::refused(404, "NotFound", None)),
    }
}

/// What a request needs; none where it is none of ours.
fn right(method: &str, parts: &[&str]) -> Option<Right> {
    Some(match (method, parts) {
        ("GET", ["secrets"] | ["secrets", _, "versions"]) => Right::List,
        ("GET", ["secrets", ..]) => Right::Get,
        ("PUT" | "PATCH", ["secrets", ..]) => Right::Set,
        ("DELETE", ["secrets" | "deletedsecrets", _]) | ("GET" | "POST", ["deletedsecrets", ..]) => Right::Delete,
        _ => return None,
    })
}
