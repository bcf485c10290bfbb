//! Laying a table over another: tables key by key, everything else as a whole.

use serde_json::{Map, Value};

/// Lays `mine` over `base`: tables key by key, everything else as a whole.
pub fn over(mine: Value, base: &Value) -> Value {
    match (mine, base) {
        (Value::Object(mine), Value::Object(base)) => {
            let mut merged: Map<String, Value> = base.clone();
            for (key, value) in mine {
                let below = merged.remove(&key).unwrap_or(Value::Null);
                merged.insert(key, over(value, &below));
            }
            Value::Object(merged)
        }
        (mine, _) => mine,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tables_merge_and_lists_do_not() {
        let base = json!({ "a": { "x": 1, "y": [1, 2] }, "b": 1 });
        let mine = json!({ "a": { "y": [3], "z": 4 }, "c": {} });
        assert_eq!(over(mine, &base), json!({ "a": { "x": 1, "y": [3], "z": 4 }, "b": 1, "c": {} }));
    }
}
