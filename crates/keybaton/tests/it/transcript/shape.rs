//! The shape of a document: its keys and what kind of value each has, for values change and keys are a promise.

use std::collections::BTreeMap;

use serde_json::Value;

/// The shape of a text that is one JSON document of keybaton's; `None` of any other text.
pub(super) fn of(text: &str) -> Option<String> {
    let document: Value = serde_json::from_str(text).ok()?;
    let schema = document.get("schema")?.as_str()?;
    let mut keys = BTreeMap::new();
    walk(&document, "", &mut keys);
    keys.remove("schema");
    let lines = keys.iter().map(|(key, kinds)| format!("{key}: {}\n", kinds.join(" or ")));
    Some(format!("schema: {schema}\n{}", lines.collect::<String>()))
}

fn walk(value: &Value, path: &str, keys: &mut BTreeMap<String, Vec<&'static str>>) {
    let kind = match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                walk(value, &format!("{path}.{key}"), keys);
            }
            return;
        }
        Value::Array(items) if items.is_empty() => "empty list",
        Value::Array(items) => {
            for item in items {
                walk(item, &format!("{path}[]"), keys);
            }
            return;
        }
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "text",
    };
    let kinds = keys.entry(path.trim_start_matches('.').to_owned()).or_default();
    if !kinds.contains(&kind) {
        kinds.push(kind);
        kinds.sort_unstable();
    }
}

#[test]
fn the_shape_joins_the_entries_of_a_list_and_hides_values() {
    let text = r#"{"schema":"keybaton/x/v1","rows":[{"a":1,"b":null},{"a":2,"b":"t"}],"none":[]}"#;
    assert_eq!(
        of(text).unwrap(),
        "schema: keybaton/x/v1\nnone: empty list\nrows[].a: number\nrows[].b: null or text\n"
    );
    assert_eq!(of("{\"a\":1}"), None);
    assert_eq!(of("words"), None);
}
