//! A record of the audit as one line of JSON. The body stands in it byte for byte as its hash was computed over it: whoever
//! formats the line anew breaks the chain.

use keybaton_core::civil::rfc3339;
use keybaton_ports::AuditRow;
use keybaton_types::{SecretId, Timestamp};
use serde::{Deserialize, Serialize};

/// The name of a row's line.
pub(super) const SCHEMA: &str = "keybaton/audit/v1";

/// What stands before the body, and what after it.
const BODY: &str = "\"body\":";
const AFTER: &str = ",\"prev\":\"";

/// `keybaton/audit/v1`: one row, without its body.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    schema: String,
    secret: SecretId,
    no: u64,
    at: String,
    body: (),
    prev: String,
    hash: String,
}

/// The part of a body that the line repeats.
#[derive(Deserialize)]
struct Place {
    at: Timestamp,
}

/// The line of a row. A body that is no JSON, because somebody changed it, stands there as a text.
pub(super) fn written(row: &AuditRow) -> String {
    let (secret, prev, hash) = (row.secret.clone(), row.prev.clone(), row.hash.clone());
    let around = Row { schema: SCHEMA.to_owned(), secret, no: row.no, at: rfc3339(row.at), body: (), prev, hash };
    let around = serde_json::to_string(&around).unwrap_or_default();
    let is_line = !row.body.contains('\n') && serde_json::from_str::<serde::de::IgnoredAny>(&row.body).is_ok();
    let body = if is_line { row.body.clone() } else { serde_json::Value::String(row.body.clone()).to_string() };
    around.replacen(&format!("{BODY}null"), &format!("{BODY}{body}"), 1)
}

/// The row of a line; `None` where it is none, or says another time than the body.
pub(super) fn read(line: &str) -> Option<AuditRow> {
    let (head, rest) = line.split_once(BODY)?;
    let (body, tail) = rest.rsplit_once(AFTER)?;
    let around: Row = serde_json::from_str(&format!("{head}{BODY}null{AFTER}{tail}")).ok()?;
    let place: Place = serde_json::from_str(body).ok()?;
    let Row { schema, secret, no, at, body: (), prev, hash } = around;
    let fits = schema == SCHEMA && rfc3339(place.at) == at;
    fits.then(|| AuditRow { secret, no, at: place.at, body: body.to_owned(), prev, hash })
}
