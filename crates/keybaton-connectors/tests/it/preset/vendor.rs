//! A vendor's server on loopback: its paths, its authentication, the shapes of its answers, and true 401s.

use std::sync::Mutex;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64;
use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::http::fake::{Asked, Fake};

/// keybaton's own credential.
pub(super) const ADMIN: &str = "admin-token-canary-5d2c";

/// What a vendor's documents say, as far as it differs.
#[derive(Clone, Copy)]
pub(super) struct Dialect {
    /// The path of the keys.
    pub(super) keys: &'static str,
    pub(super) admin: Admin,
    /// The status of a create.
    pub(super) create: u16,
    /// The status of a delete.
    pub(super) delete: u16,
    /// Whether a create is a form; a JSON body otherwise.
    pub(super) form: bool,
    /// Where a create has the label: a JSON pointer, or a field; nothing where a key has no name.
    pub(super) sent_label: &'static str,
    /// The answer to a create.
    pub(super) made: &'static str,
    /// An entry of the list.
    pub(super) entry: &'static str,
    /// A page of the list.
    pub(super) list: &'static str,
    pub(super) paging: Paging,
    pub(super) proof: Proof,
    /// Whether ids are numbers.
    pub(super) numeric: bool,
    /// Whether only what is switched off can be deleted.
    pub(super) inactive_first: bool,
    /// How many keys there may be.
    pub(super) most: usize,
    /// What a create must have: a JSON pointer or a field, or `header:`, and its text.
    pub(super) sent: &'static [(&'static str, &'static str)],
}

/// How keybaton authenticates.
#[derive(Clone, Copy)]
pub(super) enum Admin {
    Bearer,
    Prefixed(&'static str),
    Header(&'static str),
    Basic(&'static str),
}

/// How the list goes on; a page has two entries.
#[derive(Clone, Copy)]
pub(super) enum Paging {
    None,
    Number { parameter: &'static str, first: usize },
    Cursor { parameter: &'static str },
    Url { parameter: &'static str },
    Link { parameter: &'static str },
}

/// How a key is tried.
#[derive(Clone, Copy)]
pub(super) enum Proof {
    Bearer(&'static str),
    /// A header, and the status that refuses.
    Header(&'static str, &'static str, u16),
    /// The user is the id, or the one that is named.
    Basic(&'static str, Option<&'static str>),
}

struct Key {
    id: String,
    label: String,
    value: String,
    active: bool,
}

/// What the server does wrong, on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    Honest,
    /// A create is not allowed.
    Forbids,
    /// There are too many requests.
    Busy,
}

/// A vendor's server.
pub(super) struct Vendor {
    dialect: Dialect,
    mood: Mood,
    keys: Mutex<(usize, Vec<Key>)>,
}

impl Vendor {
    pub(super) async fn start(dialect: Dialect, mood: Mood) -> Fake {
        let vendor = std::sync::Arc::new(Self { dialect, mood, keys: Mutex::default() });
        Fake::start(move |asked, origin| vendor.answer(asked, origin)).await
    }

    fn answer(&self, asked: &Asked, origin: &str) -> Response {
        let url = Url::parse(&format!("{origin}{}", asked.target)).unwrap();
        if let Some(response) = self.proof(asked, url.path()) {
            return response;
        }
        // An error that repeats everything it was sent: none of it may come out of keybaton.
        let echo = format!("{{\"errors\":[{{\"message\":\"{:?} {ADMIN} second-secret-canary\"}}]}}", asked.body);
        let refuse = |status: u16| (StatusCode::from_u16(status).unwrap(), echo.clone()).into_response();
        if self.mood == Mood::Busy {
            return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7")], echo).into_response();
        }
        if !self.is_admin(asked) {
            return refuse(401);
        }
        let Some(rest) = url.path().strip_prefix(self.dialect.keys) else { return refuse(404) };
        match (asked.method.as_str(), rest.trim_start_matches('/')) {
            ("POST", "") if self.mood == Mood::Forbids => refuse(403),
            ("POST", "") => self.create(asked).unwrap_or_else(refuse),
            ("GET", "") => self.list(&url, origin),
            ("DELETE", id) => self.delete(id).unwrap_or_else(refuse),
            ("POST", rest) => self.switch(rest).unwrap_or_else(refuse),
            _ => refuse(405),
        }
    }

    fn is_admin(&self, asked: &Asked) -> bool {
        let header = |name: &str| asked.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        match self.dialect.admin {
            Admin::Bearer => header("authorization") == format!("Bearer {ADMIN}"),
            Admin::Prefixed(prefix) => header("authorization") == format!("{prefix}{ADMIN}"),
            Admin::Header(name) => header(name) == ADMIN,
            Admin::Basic(user) => header("authorization") == basic(user, ADMIN),
        }
    }

    /// The answer to somebody who tries a key, if that is what was asked.
    fn proof(&self, asked: &Asked, path: &str) -> Option<Response> {
        let header = |name: &str| asked.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let keys = self.keys.lock().unwrap();
        let any = |fits: &dyn Fn(&Key) -> bool| keys.1.iter().any(|key| key.active && fits(key));
        let (known, dead) = match self.dialect.proof {
            Proof::Bearer(at) if at == path => {
                // The admin's own list is at the same path for some.
                if self.is_admin(asked) {
                    return None;
                }
                (any(&|key| header("authorization") == format!("Bearer {}", key.value)), 401)
            }
            Proof::Header(at, name, dead) if at == path => (any(&|key| header(name) == key.value), dead),
            Proof::Basic(at, user) if at == path => {
                (any(&|key| header("authorization") == basic(user.unwrap_or(&key.id), &key.value)), 401)
            }
            Proof::Bearer(_) | Proof::Header(..) | Proof::Basic(..) => return None,
        };
        let good = if path == "/oauth2/v1/token" { 400 } else { 200 };
        Some((StatusCode::from_u16(if known { good } else { dead }).unwrap(), "{}").into_response())
    }

    fn create(&self, asked: &Asked) -> Result<Response, u16> {
        let sent = |at: &str| self.sent(asked, at);
        if self.dialect.sent.iter().any(|(at, wanted)| sent(at).as_deref() != Some(wanted)) {
            return Err(400);
        }
        let label =
            if self.dialect.sent_label.is_empty() { None } else { Some(sent(self.dialect.sent_label).ok_or(400_u16)?) };
        let mut keys = self.keys.lock().unwrap();
        if keys.1.len() >= self.dialect.most {
            return Err(403);
        }
        keys.0 += 1;
        let id = if self.dialect.numeric { format!("{}", 1000 + keys.0) } else { format!("key-{}", keys.0) };
        let key = Key { id, label: label.unwrap_or_default(), value: format!("value-canary-{}", keys.0), active: true };
        let body = self.fill(self.dialect.made, &key);
        keys.1.push(key);
        Ok((StatusCode::from_u16(self.dialect.create).unwrap(), body).into_response())
    }

    fn sent(&self, asked: &Asked, at: &str) -> Option<String> {
        if let Some(name) = at.strip_prefix("header:") {
            return Some(asked.headers.get(name)?.to_str().ok()?.to_owned());
        }
        if self.dialect.form {
            let mut fields = form_urlencoded::parse(&asked.body);
            return fields.find(|(name, _)| name == at).map(|(_, text)| text.into_owned());
        }
        let body: Value = serde_json::from_slice(&asked.body).ok()?;
        Some(body.pointer(at)?.as_str()?.to_owned())
    }

    fn fill(&self, shape: &str, key: &Key) -> String {
        let text = |text: &str| Value::from(text).to_string();
        let id = if self.dialect.numeric { key.id.clone() } else { text(&key.id) };
        let status = if key.active { "ACTIVE" } else { "INACTIVE" };
        let filled = shape.replace("VALUE", &text(&key.value)).replace("STATUS", &text(status));
        filled.replace(":ID", &format!(":{id}")).replace("LABEL", &text(&key.label))
    }

    fn list(&self, url: &Url, origin: &str) -> Response {
        let keys = self.keys.lock().unwrap();
        let asked = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let number = |name: &str| asked(name).and_then(|text| text.parse::<usize>().ok());
        let whole = keys.1.len();
        let (start, size) = match self.dialect.paging {
            Paging::None => (0, whole),
            Paging::Number { parameter, first } => ((number(parameter).unwrap_or(first) - first) * 2, 2),
            Paging::Link { parameter } => ((number(parameter).unwrap_or(1) - 1) * 2, 2),
            Paging::Url { parameter } => (number(parameter).unwrap_or(0), 2),
            Paging::Cursor { parameter } => {
                let after = asked(parameter).and_then(|id| keys.1.iter().position(|key| key.id == id));
                (after.map_or(0, |at| at + 1), 2)
            }
        };
        let page = &keys.1[start.min(whole)..(start + size).min(whole)];
        let more = start + page.len() < whole;
        let id = |key: Option<&Key>| key.map_or(Value::Null, |key| Value::from(key.id.as_str())).to_string();
        let entries: Vec<String> = page.iter().map(|key| self.fill(self.dialect.entry, key)).collect();
        let next = match self.dialect.paging {
            Paging::Url { parameter } | Paging::Link { parameter } if more => {
                let at = if matches!(self.dialect.paging, Paging::Link { .. }) { start / 2 + 2 } else { start + 2 };
                Some(format!("{origin}{}?{parameter}={at}", url.path()))
            }
            _ => None,
        };
        let body = self.dialect.list.replace("TOTAL", &whole.to_string()).replace("MORE", &more.to_string());
        let body = body.replace("FIRST", &id(page.first())).replace("LAST", &id(page.last()));
        let body = body.replace("NEXT", &next.clone().map_or(Value::Null, Value::from).to_string());
        let body = body.replace("ENTRIES", &entries.join(","));
        match next.filter(|_| matches!(self.dialect.paging, Paging::Link { .. })) {
            Some(next) => ([("link", format!("<{next}>; rel=\"next\""))], body).into_response(),
            None => body.into_response(),
        }
    }

    fn delete(&self, id: &str) -> Result<Response, u16> {
        let mut keys = self.keys.lock().unwrap();
        let at = keys.1.iter().position(|key| key.id == id).ok_or(404_u16)?;
        if self.dialect.inactive_first && keys.1[at].active {
            return Err(403);
        }
        keys.1.remove(at);
        Ok((StatusCode::from_u16(self.dialect.delete).unwrap(), "{}").into_response())
    }

    fn switch(&self, rest: &str) -> Result<Response, u16> {
        let (id, verb) = rest.split_once("/lifecycle/").ok_or(404_u16)?;
        let mut keys = self.keys.lock().unwrap();
        let key = keys.1.iter_mut().find(|key| key.id == id).ok_or(404_u16)?;
        key.active = match verb {
            "activate" => true,
            "deactivate" => false,
            _ => return Err(404),
        };
        Ok("{}".into_response())
    }
}

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{user}:{password}").as_bytes()))
}
