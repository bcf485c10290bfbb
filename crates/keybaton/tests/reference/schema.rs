//! A JSON Schema as tables of keys: one for the file or table that it describes, and one for each table inside.

use serde_json::{Map, Value};

/// The keys of a schema and of every table inside it, in the order in which they are met.
pub(crate) fn tables(schema: &Value, place: &str, level: usize) -> String {
    let mut walk = Walk { schema, met: vec![(None, place.to_owned())] };
    let mut sections = Vec::new();
    let mut at = 0;
    while let Some((name, place)) = walk.met.get(at).cloned() {
        sections.push(walk.section(name.as_deref(), &place, level));
        at += 1;
    }
    sections.join("\n\n")
}

/// The tables that were met so far: the name of the definition, and how it is written in the file.
struct Walk<'a> {
    schema: &'a Value,
    met: Vec<(Option<String>, String)>,
}

impl Walk<'_> {
    fn section(&mut self, name: Option<&str>, place: &str, level: usize) -> String {
        let object = name.map_or(self.schema, |name| &self.schema["$defs"][name]);
        let (mut keys, mut notes) = (properties(object), vec![name.map_or_else(String::new, |_| text(object))]);
        if let Some(base) = self.base(name, &keys) {
            let known = properties(&self.schema["$defs"][base.as_str()]);
            keys.retain(|key, _| !known.contains_key(key));
            notes.push("Every key of an environment below may stand here too, and holds in all of them.".to_owned());
        }
        let required: Vec<&str> =
            object["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let rows: Vec<String> = keys
            .iter()
            .map(|(key, value)| {
                let must = if required.contains(&key.as_str()) { "yes" } else { "" };
                format!("| `{key}` | {} | {must} | {} |", self.kind(value, key, place), cell(&text(value)))
            })
            .collect();
        let head = format!("{} `{place}`\n\n{}", "#".repeat(level), notes.join(" "));
        format!("{}\n\n| key | value | required | meaning |\n|---|---|---|---|\n{}", head.trim_end(), rows.join("\n"))
    }

    /// The definition of which all keys are among these: they are shown there.
    fn base(&self, name: Option<&str>, keys: &Map<String, Value>) -> Option<String> {
        let definitions = self.schema["$defs"].as_object()?;
        let found = definitions.iter().find(|(other, object)| {
            let theirs = properties(object);
            let within = theirs.iter().all(|(key, value)| keys.get(key) == Some(value));
            name.is_some_and(|name| name != *other) && theirs.len() > 1 && within
        });
        found.map(|(other, _)| other.clone())
    }

    /// What a value is, in words; a table that was not met before gets a section.
    fn kind(&mut self, value: &Value, key: &str, place: &str) -> String {
        if let Some(name) = referred(value) {
            return self.meet(name, key, place, Shape::One);
        }
        if let Some(words) = value["enum"].as_array() {
            return either(words.iter().filter_map(Value::as_str).map(|word| format!("`{word}`")));
        }
        if let Some(forms) = value["oneOf"].as_array().or_else(|| value["anyOf"].as_array()) {
            if forms.iter().any(|form| !form["properties"]["command"].is_null()) {
                return "reference".to_owned();
            }
            let forms: Vec<&Value> = forms.iter().filter(|form| form["type"] != "null").collect();
            return either(forms.into_iter().map(|form| self.kind(form, key, place)).collect::<Vec<_>>().into_iter());
        }
        if let Some(word) = value["const"].as_str() {
            return format!("`{word}`");
        }
        self.plain(value, key, place)
    }

    fn plain(&mut self, value: &Value, key: &str, place: &str) -> String {
        let named = value["type"].as_str().or_else(|| {
            let types = value["type"].as_array()?;
            types.iter().filter_map(Value::as_str).find(|name| *name != "null")
        });
        match named {
            Some("array") => match value["items"]["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
                Some(name) => self.meet(name, key, place, Shape::Several),
                None => format!("list of {}", self.kind(&value["items"], key, place)),
            },
            Some("object") => match &value["additionalProperties"] {
                Value::Object(each) => {
                    match each.get("$ref").and_then(Value::as_str).and_then(|p| p.rsplit('/').next()) {
                        Some(name) => self.meet(name, key, place, Shape::Named),
                        None => "table of texts".to_owned(),
                    }
                }
                _ => "table".to_owned(),
            },
            Some("string") if !value["pattern"].is_null() => "duration".to_owned(),
            Some("string") => "text".to_owned(),
            Some("integer") => "whole number".to_owned(),
            Some("boolean") => "`true` or `false`".to_owned(),
            Some(other) => other.to_owned(),
            None => "anything".to_owned(),
        }
    }

    /// Notes that a table stands here, and says how it is written; what is no table is said at once.
    fn meet(&mut self, name: &str, key: &str, place: &str, shape: Shape) -> String {
        let definition = &self.schema["$defs"][name];
        if definition["properties"].is_null() {
            return self.kind(definition, key, place);
        }
        let written = shape.written(key, place);
        if !self.met.iter().any(|(known, _)| known.as_deref() == Some(name)) {
            self.met.push((Some(name.to_owned()), written.clone()));
        }
        format!("`{written}`")
    }
}

/// How often a table may stand under its key.
#[derive(Clone, Copy)]
enum Shape {
    One,
    Several,
    Named,
}

impl Shape {
    /// As a person writes it: `[state]`, `[secret.NAME]`, `overlap = { … }`, `consumers = [{ … }]`.
    fn written(self, key: &str, place: &str) -> String {
        let above = place.strip_prefix('[').and_then(|rest| rest.split(']').next());
        match (self, above) {
            (Self::Named, Some(above)) => format!("[{above}.{key}.{}]", key.to_uppercase()),
            (Self::Named, None) => format!("[{key}.NAME]"),
            (Self::One, None) if place == "keybaton.toml" => format!("[{key}]"),
            (Self::One, _) => format!("{key} = {{ … }}"),
            (Self::Several, _) => format!("{key} = [{{ … }}]"),
        }
    }
}

/// The name of the definition that a schema refers to.
fn referred(value: &Value) -> Option<&str> {
    value["$ref"].as_str().and_then(|path| path.rsplit('/').next())
}

fn properties(object: &Value) -> Map<String, Value> {
    object["properties"].as_object().cloned().unwrap_or_default()
}

fn text(value: &Value) -> String {
    value["description"].as_str().unwrap_or_default().replace('\n', " ")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn either(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" or ")
}
