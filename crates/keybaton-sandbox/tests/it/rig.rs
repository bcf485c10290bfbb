//! A running sandbox and a client that speaks every dialect.

use std::time::Duration;

use keybaton_sandbox::{Dialect, Options, Sandbox};
use reqwest::{Client, RequestBuilder, Response, StatusCode, redirect};
use serde_json::{Value, json};

pub(crate) const ADMIN: &str = "admin-token-of-the-test";

/// A running sandbox and a client.
pub(crate) struct Rig {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) dialect: Dialect,
}

/// A created key.
pub(crate) struct Made {
    pub(crate) id: String,
    pub(crate) value: String,
}

/// A key as the list shows it; what a dialect doesn't tell is `None`.
#[derive(Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) id: String,
    pub(crate) label: String,
    pub(crate) enabled: Option<bool>,
    pub(crate) used: Option<bool>,
}

impl Rig {
    pub(crate) async fn start(dialect: Dialect) -> Self {
        Self::with(Options { dialect, ..Options::new(ADMIN) }).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let dialect = options.dialect;
        Self { sandbox: Sandbox::start(options).await.unwrap(), client: client(), dialect }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.url())
    }

    /// Adds the admin's credential in the way of the dialect.
    pub(crate) fn signed(&self, request: RequestBuilder) -> RequestBuilder {
        match self.dialect {
            Dialect::Acme => request.bearer_auth(ADMIN),
            Dialect::Nested => request.header("X-Admin", format!("Token {ADMIN}")),
            Dialect::Array => request.basic_auth("admin", Some(ADMIN)),
        }
    }

    fn collection(&self) -> String {
        self.url(match self.dialect {
            Dialect::Acme => "/v1/keys",
            Dialect::Nested => "/api/admin/credentials",
            Dialect::Array => "/tokens",
        })
    }

    fn member(&self, id: &str) -> String {
        format!("{}/{}", self.collection(), id.replace('/', "%2F").replace('+', "%2B"))
    }

    pub(crate) fn create_request(&self, label: &str) -> RequestBuilder {
        let request = self.signed(self.client.post(self.collection()));
        match self.dialect {
            Dialect::Acme => request.json(&json!({ "name": label })),
            Dialect::Nested => request.form(&[("label", label)]),
            Dialect::Array => request.json(&json!({ "description": label })),
        }
    }

    pub(crate) async fn create(&self, label: &str) -> Made {
        let response = self.create_request(label).send().await.unwrap().error_for_status().unwrap();
        self.made(&response.json().await.unwrap())
    }

    pub(crate) fn made(&self, answer: &Value) -> Made {
        let (id, value) = match self.dialect {
            Dialect::Acme => ("/id", "/secret"),
            Dialect::Nested => ("/result/credential/ref", "/result/credential/material/token"),
            Dialect::Array => ("/id", "/key"),
        };
        Made { id: text(answer, id), value: text(answer, value) }
    }

    pub(crate) fn list_request(&self) -> RequestBuilder {
        self.signed(self.client.get(self.collection()))
    }

    /// Reads all pages and returns the keys of each.
    pub(crate) async fn pages(&self) -> Vec<Vec<Seen>> {
        let (mut url, mut pages) = (Some(self.collection()), Vec::new());
        while let Some(page) = url {
            let response = self.signed(self.client.get(page)).send().await.unwrap().error_for_status().unwrap();
            let link = link_to_next(&response).map(|path| self.url(&path));
            let body: Value = response.json().await.unwrap();
            url = body.pointer("/page/next").and_then(Value::as_str).map(str::to_owned).or(link);
            pages.push(self.seen(&body));
        }
        pages
    }

    pub(crate) async fn list(&self) -> Vec<Seen> {
        self.pages().await.into_iter().flatten().collect()
    }

    fn seen(&self, body: &Value) -> Vec<Seen> {
        let items = match self.dialect {
            Dialect::Acme => &body["keys"],
            Dialect::Nested => &body["result"]["items"],
            Dialect::Array => body,
        };
        items.as_array().unwrap().iter().map(|item| self.one_seen(item)).collect()
    }

    fn one_seen(&self, item: &Value) -> Seen {
        match self.dialect {
            Dialect::Acme => Seen {
                id: text(item, "/id"),
                label: text(item, "/name"),
                enabled: item["enabled"].as_bool(),
                used: Some(item["last_used_at"].is_string()),
            },
            Dialect::Nested => Seen {
                id: text(item, "/credential/ref"),
                label: text(item, "/credential/label"),
                enabled: Some(item["credential"]["state"] == "ACTIVE"),
                used: Some(item["credential"]["times"]["used"].is_i64()),
            },
            Dialect::Array => {
                Seen { id: text(item, "/id"), label: text(item, "/description"), enabled: None, used: None }
            }
        }
    }

    pub(crate) async fn disable(&self, id: &str) -> StatusCode {
        self.change(id, "disable", "SUSPENDED").await
    }

    pub(crate) async fn enable(&self, id: &str) -> StatusCode {
        self.change(id, "enable", "ACTIVE").await
    }

    async fn change(&self, id: &str, verb: &str, state: &str) -> StatusCode {
        let request = match self.dialect {
            Dialect::Nested => self.client.put(format!("{}/state", self.member(id))).form(&[("state", state)]),
            Dialect::Acme | Dialect::Array => self.client.post(format!("{}/{verb}", self.member(id))),
        };
        self.signed(request).send().await.unwrap().status()
    }

    pub(crate) fn destroy_request(&self, id: &str) -> RequestBuilder {
        self.signed(self.client.delete(self.member(id)))
    }

    pub(crate) async fn destroy(&self, id: &str) -> StatusCode {
        self.destroy_request(id).send().await.unwrap().status()
    }

    pub(crate) async fn get(&self, path: &str, value: &str) -> StatusCode {
        self.client.get(self.url(path)).bearer_auth(value).send().await.unwrap().status()
    }

    pub(crate) async fn work(&self, value: &str) -> u16 {
        self.get("/v1/work", value).await.as_u16()
    }

    pub(crate) async fn health(&self, value: &str) -> u16 {
        self.get("/health", value).await.as_u16()
    }
}

pub(crate) fn client() -> Client {
    Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(Duration::from_secs(20)).build().unwrap()
}

/// Fails a test that would wait for ever.
pub(crate) async fn soon<T>(waiting: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("the condition did not come")
}

fn text(body: &Value, pointer: &str) -> String {
    match body.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => panic!("no text or number at {pointer}"),
    }
}

fn link_to_next(response: &Response) -> Option<String> {
    let links = response.headers().get("link")?.to_str().unwrap();
    let next = links.split(", ").find(|link| link.ends_with("rel=\"next\""))?;
    Some(next.split_once('<')?.1.split_once('>')?.0.to_owned())
}
