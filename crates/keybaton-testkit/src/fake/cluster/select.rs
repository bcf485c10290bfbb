//! What a list is asked for: selectors, and how much of it at once.

use serde_json::Value;

/// What a list is asked for.
pub(super) struct Wanted {
    labels: Vec<String>,
    fields: Vec<String>,
    limit: Option<usize>,
    after: Option<String>,
}

/// A part of a list, and where the next one begins; empty at its end.
pub(super) struct Page {
    pub(super) items: Vec<Value>,
    pub(super) next: String,
}

impl Wanted {
    pub(super) fn of(query: &[(String, String)]) -> Self {
        let one = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let terms = |name: &str| split(&one(name).unwrap_or_default());
        Self {
            labels: terms("labelSelector"),
            fields: terms("fieldSelector"),
            limit: one("limit").and_then(|text| text.parse().ok()).filter(|limit| *limit > 0),
            after: one("continue").filter(|text| !text.is_empty()),
        }
    }

    /// Whether an object is one of those.
    pub(super) fn holds(&self, object: &Value) -> bool {
        let label = |name: &str| object["metadata"]["labels"][name].as_str();
        let field = |name: &str| {
            name.split('.').try_fold(object, |value, key| value.get(key)).and_then(Value::as_str).or(Some(""))
        };
        self.labels.iter().all(|term| matches(term, label)) && self.fields.iter().all(|term| matches(term, field))
    }

    pub(super) fn page(&self, all: Vec<Value>, most: usize) -> Page {
        let name = |item: &Value| item["metadata"]["name"].as_str().unwrap_or_default().to_owned();
        let behind = |item: &Value| self.after.as_ref().is_none_or(|after| name(item) > *after);
        let mut items: Vec<Value> = all.into_iter().filter(behind).collect();
        let most = self.limit.map_or(usize::MAX, |limit| limit.min(most));
        let is_more = items.len() > most;
        items.truncate(most);
        let next = items.last().filter(|_| is_more).map(name).unwrap_or_default();
        Page { items, next }
    }
}

/// The terms of a selector; a comma between parentheses separates none.
fn split(text: &str) -> Vec<String> {
    let (mut terms, mut depth) = (vec![String::new()], 0);
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                terms.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = terms.last_mut() {
            last.push(letter);
        }
    }
    terms.into_iter().map(|term| term.trim().to_owned()).filter(|term| !term.is_empty()).collect()
}

fn matches<'a>(term: &str, value: impl Fn(&str) -> Option<&'a str>) -> bool {
    if let Some((name, wanted)) = term.split_once("!=") {
        return value(name.trim()) != Some(wanted.trim());
    }
    if let Some((name, wanted)) = term.split_once('=') {
        return value(name.trim()) == Some(wanted.trim_start_matches('=').trim());
    }
    let among = |list: &str| {
        let list = list.trim().trim_start_matches('(').trim_end_matches(')');
        list.split(',').map(str::trim).map(str::to_owned).collect::<Vec<_>>()
    };
    if let Some((name, list)) = term.split_once(" notin ") {
        return value(name.trim()).is_none_or(|value| !among(list).iter().any(|one| one == value));
    }
    if let Some((name, list)) = term.split_once(" in ") {
        return value(name.trim()).is_some_and(|value| among(list).iter().any(|one| one == value));
    }
    match term.strip_prefix('!') {
        Some(name) => value(name.trim()).is_none(),
        None => value(term).is_some(),
    }
}
