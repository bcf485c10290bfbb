//! SARIF 2.1.0, the form in which code hosts take findings (OASIS, Static Analysis Results Interchange Format).

use std::{collections::BTreeMap, fmt::Write as _};

use keybaton_core::civil;
use keybaton_scan::Verdict;
use serde_json::{Map, Value, json};

use super::{Found, Seen, exposure, text};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The log of a scan.
pub(super) fn log(seen: &Seen) -> Value {
    let mut rules: BTreeMap<&str, &Found> = BTreeMap::new();
    for found in &seen.found {
        rules.entry(&found.finding.rule).or_insert(found);
    }
    let index: BTreeMap<&str, usize> = rules.keys().copied().zip(0..).collect();
    let results: Vec<Value> = seen.found.iter().map(|found| result(found, &index)).collect();
    let unread = seen.unread.iter().map(|unread| format!("not read: {}: {}", unread.path.display(), unread.why));
    let missing = seen.missing.iter().map(|missing| format!("not read: {missing}"));
    let notes: Vec<Value> = unread.chain(missing).map(|text| note("error", &text)).collect();
    let is_whole = notes.is_empty();
    let notes: Vec<Value> = notes.into_iter().chain(text::cut(&seen.cut).map(|text| note("note", &text))).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "keybaton",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().map(|found| rule(found)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": is_whole, "toolExecutionNotifications": notes }],
            "results": results,
        }],
    })
}

fn note(level: &str, text: &str) -> Value {
    json!({ "level": level, "message": { "text": text } })
}

fn rule(found: &Found) -> Value {
    json!({
        "id": found.finding.rule,
        "shortDescription": { "text": found.title },
        "properties": { "service": found.finding.service, "tags": ["security", "secret"] },
    })
}

fn result(found: &Found, index: &BTreeMap<&str, usize>) -> Value {
    let finding = &found.finding;
    let level = if found.verdict == Verdict::Malformed { "note" } else { "error" };
    let region = json!({ "startLine": finding.line, "startColumn": found.shown.column });
    let places: Vec<Value> = finding
        .path
        .iter()
        .map(|path| json!({ "physicalLocation": { "artifactLocation": { "uri": uri(path) }, "region": region } }))
        .collect();
    let mut properties = Map::new();
    properties.insert("verdict".to_owned(), found.verdict.name().into());
    if let Some(birth) = &found.birth {
        properties.insert("commit".to_owned(), birth.commit.as_str().into());
        properties.insert("author".to_owned(), birth.author.clone().into());
        properties.insert("since".to_owned(), civil::rfc3339(exposure::time(birth)).into());
    }
    if let Some(managed) = &finding.managed {
        properties.insert("managed".to_owned(), json!(managed));
    }
    if let Some(verified) = finding.verified {
        properties.insert("verified".to_owned(), json!(verified));
    }
    json!({
        "ruleId": finding.rule,
        "ruleIndex": index.get(finding.rule.as_str()),
        "level": level,
        "message": { "text": format!("{}: {}", found.title, finding.masked) },
        "locations": places,
        "partialFingerprints": { "keybaton/v1": finding.fingerprint },
        "properties": properties,
    })
}

/// A path as a reference: whatever is not plain becomes `%XX` (RFC 3986).
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            // a String takes whatever is written to it
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_becomes_a_reference() {
        assert_eq!(uri("src/a b:c#1.py"), "src/a%20b%3Ac%231.py");
    }
}
