//! Fields of an object, and who manages which of them: what server-side apply is about.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// A field: the keys that lead to it.
pub(super) type Path = Vec<String>;

/// What no manager owns: it names the object, or the server writes it.
const META: [&str; 8] = [
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "deletionTimestamp",
    "generation",
    "managedFields",
];

/// How a manager came to own fields. Two entries of one name and different ways are two managers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By applying what it wants.
    Apply,
    /// By any other write.
    Update,
}

/// A manager and what it owns.
#[derive(Clone, Debug)]
pub(super) struct Manager {
    pub(super) name: String,
    pub(super) way: Way,
    pub(super) time: String,
    pub(super) fields: BTreeSet<Path>,
}

impl Manager {
    pub(super) fn is(&self, name: &str, way: Way) -> bool {
        self.name == name && self.way == way
    }

    /// As it stands in `metadata.managedFields`.
    pub(super) fn shown(&self, version: &str) -> Value {
        let mut tree = Value::Object(Map::new());
        for field in &self.fields {
            let mut at = &mut tree;
            for key in field {
                at = &mut at[format!("f:{key}")];
                if at.is_null() {
                    *at = json!({});
                }
            }
        }
        let operation = if self.way == Way::Apply { "Apply" } else { "Update" };
        json!({
            "manager": self.name, "operation": operation, "apiVersion": version, "time": self.time,
            "fieldsType": "FieldsV1", "fieldsV1": tree,
        })
    }
}

/// Every field of an object that somebody can own. A list is one field, as in an atomic one.
pub(super) fn fields(object: &Value) -> BTreeSet<Path> {
    let mut found = BTreeSet::new();
    collect(object, &mut Vec::new(), &mut found);
    found.retain(|path| is_owned(path));
    found
}

/// The value of a field.
pub(super) fn at<'a>(object: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(object, |value, key| value.get(key))
}

/// Sets a field, with everything that leads to it.
pub(super) fn set(object: &mut Value, path: &[String], value: Value) {
    let mut here = object;
    for key in path {
        here = &mut here[key.as_str()];
    }
    *here = value;
}

/// Removes a field.
pub(super) fn remove(object: &mut Value, path: &[String]) {
    let Some((last, way)) = path.split_last() else { return };
    let mut here = object;
    for key in way {
        match here.get_mut(key) {
            Some(inner) => here = inner,
            None => return,
        }
    }
    if let Some(map) = here.as_object_mut() {
        map.remove(last);
    }
}

/// As an error names it: `.data.value`.
pub(super) fn shown(path: &[String]) -> String {
    format!(".{}", path.join("."))
}

fn collect(value: &Value, path: &mut Path, found: &mut BTreeSet<Path>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, inner) in map {
                path.push(key.clone());
                collect(inner, path, found);
                path.pop();
            }
        }
        Value::Null => {}
        _ => {
            found.insert(path.clone());
        }
    }
}

fn is_owned(path: &[String]) -> bool {
    match path {
        [] => false,
        [first] => first != "apiVersion" && first != "kind",
        [first, second, ..] => first != "status" && !(first == "metadata" && META.contains(&second.as_str())),
    }
}
