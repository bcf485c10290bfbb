//! A request that anybody would send.

use reqwest::Method;
use serde_json::Value;

/// A request that anybody would send.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
}

impl Call {
    pub(crate) fn new(method: Method, url: String) -> Self {
        Self { method, url, headers: Vec::new(), body: None }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn body(mut self, kind: &str, body: &Value) -> Self {
        self.body = Some(body.to_string());
        self.with("content-type", kind)
    }
}
