//! Signatures of requests as they came, after "Authorize with Shared Key" in Microsoft's reference of the storage services.

use std::collections::BTreeMap;

use axum::extract::Query;
use axum::http::request::Parts;
use keybaton_seal::{SecretValue, SharedKey};

/// The headers that every signature covers, in their order. Where there is `x-ms-date`, the date is empty.
const HEADERS: [&str; 11] = [
    "content-encoding",
    "content-language",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "if-modified-since",
    "if-match",
    "if-none-match",
    "if-unmodified-since",
    "range",
];

/// Whether a request is signed with one of these keys.
pub(super) fn is_signed(parts: &Parts, account: &str, keys: &[String]) -> bool {
    let presented = header(parts, "authorization");
    let Some(presented) = presented.strip_prefix(&format!("SharedKey {account}:")) else { return false };
    let text = text(parts, account);
    keys.iter().any(|key| {
        let key = SecretValue::from_text(key.clone()).expect("a key has a length that it may have");
        SharedKey::read(&key).expect("a key is base64").sign(&text) == presented
    })
}

fn text(parts: &Parts, account: &str) -> String {
    let standard = HEADERS.map(|name| match (name, header(parts, name)) {
        ("content-length", "0") => "",
        ("date", _) if parts.headers.contains_key("x-ms-date") => "",
        (_, value) => value,
    });
    let own: BTreeMap<&str, &str> = parts
        .headers
        .keys()
        .map(axum::http::HeaderName::as_str)
        .filter(|name| name.starts_with("x-ms-"))
        .map(|name| (name, header(parts, name)))
        .collect();
    let query: Query<BTreeMap<String, String>> = Query::try_from_uri(&parts.uri).unwrap_or_default();
    let lines = [parts.method.as_str()].into_iter().chain(standard).map(str::to_owned);
    let lines = lines.chain(own.iter().map(|(name, value)| format!("{name}:{value}")));
    let lines = lines.chain([format!("/{account}{}", parts.uri.path())]);
    let lines = lines.chain(query.0.iter().map(|(name, value)| format!("{}:{value}", name.to_lowercase())));
    lines.collect::<Vec<_>>().join("\n")
}

fn header<'a>(parts: &'a Parts, name: &str) -> &'a str {
    parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
