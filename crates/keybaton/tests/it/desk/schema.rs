//! The schema for editors accepts every configuration that we show, and refuses what the command refuses.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::stage::Keybaton;

/// What the schema says against a value; empty when it is right. Words of the schema that are not known here fail.
fn against(schema: &Value, rule: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let Some(rule) = rule.as_object() else { return wrong };
    for (word, says) in rule {
        let all = |rules: &Value| -> Vec<Vec<String>> {
            rules.as_array().unwrap().iter().map(|rule| against(schema, rule, value, at)).collect()
        };
        let is_right = match word.as_str() {
            "$ref" => {
                let target = schema.pointer(says.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
                wrong.extend(against(schema, target, value, at));
                true
            }
            "anyOf" => all(says).iter().any(Vec::is_empty),
            "oneOf" => all(says).iter().filter(|wrong| wrong.is_empty()).count() == 1,
            "type" => is_of(says, value),
            "const" => says == value,
            "enum" => says.as_array().unwrap().contains(value),
            "minimum" => value.as_f64().is_none_or(|number| number >= says.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= says.as_f64().unwrap()),
            "minLength" => value.as_str().is_none_or(|text| text.len() as u64 >= says.as_u64().unwrap()),
            "minItems" => value.as_array().is_none_or(|items| items.len() as u64 >= says.as_u64().unwrap()),
            "maxItems" => value.as_array().is_none_or(|items| items.len() as u64 <= says.as_u64().unwrap()),
            "minProperties" => value.as_object().is_none_or(|table| table.len() as u64 >= says.as_u64().unwrap()),
            "pattern" => {
                assert_eq!(says, "^[0-9]+(ms|[smhdw])$", "another pattern than that of a duration");
                value.as_str().is_none_or(|text| keybaton_types::parse_duration(text).is_ok())
            }
            "required" => value.as_object().is_none_or(|table| {
                says.as_array().unwrap().iter().all(|key| table.contains_key(key.as_str().unwrap()))
            }),
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                wrong.extend(items.flat_map(|(number, item)| against(schema, says, item, &format!("{at}[{number}]"))));
                true
            }
            "properties" => {
                let known = value
                    .as_object()
                    .into_iter()
                    .flatten()
                    .filter_map(|(key, value)| Some((key, says.get(key)?, value)));
                wrong.extend(known.flat_map(|(key, rule, value)| against(schema, rule, value, &format!("{at}.{key}"))));
                true
            }
            "additionalProperties" => {
                let known = |key: &String| rule.get("properties").is_some_and(|known| known.get(key).is_some());
                for (key, value) in value.as_object().into_iter().flatten().filter(|(key, _)| !known(key)) {
                    match says {
                        Value::Bool(false) => wrong.push(format!("{at}.{key} is unknown")),
                        rule => wrong.extend(against(schema, rule, value, &format!("{at}.{key}"))),
                    }
                }
                true
            }
            "uniqueItems" => value
                .as_array()
                .is_none_or(|items| items.iter().enumerate().all(|(at, item)| !items[..at].contains(item))),
            "$schema" | "$defs" | "title" | "description" | "default" | "examples" | "format" => true,
            other => panic!("the word `{other}` of the schema is not known to this test"),
        };
        if !is_right {
            wrong.push(format!("{at}: {word} {says}"));
        }
    }
    wrong
}

fn is_of(types: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("the type `{other}` is not known to this test"),
    };
    types.as_str().map_or_else(|| types.as_array().unwrap().iter().any(|name| is(name.as_str().unwrap())), is)
}

async fn schema() -> Value {
    Keybaton::new().run("config schema").await.exits(0).json()
}

/// What the schema says against a configuration in TOML.
fn mistakes(schema: &Value, text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{error} in\n{text}"));
    let mut value = serde_json::to_value(table).unwrap();
    if value.get("version").is_none() {
        value["version"] = json!(1);
    }
    against(schema, schema, &value, "")
}

/// Every file of a kind that we show to people.
fn shown(kind: &str) -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let mut folders = vec![root.join("docs"), root.join("examples")];
    let mut files = vec![root.join("README.md")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.retain(|path| path.extension().is_some_and(|is| is == kind));
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The configurations in the blocks of a page: those marked as TOML, and what is appended to keybaton.toml.
fn blocks(page: &str) -> Vec<String> {
    let between = |begin: &str, end: &str| -> Vec<String> {
        page.split(begin).skip(1).filter_map(|rest| rest.split(end).next()).map(str::to_owned).collect()
    };
    [between("```toml\n", "```"), between(">>keybaton.toml <<'END'\n", "END\n")].concat()
}

#[tokio::test]
async fn every_configuration_that_we_show_is_right() {
    let schema = schema().await;
    let mut count = 0;
    for (path, text) in shown("toml") {
        assert_eq!(mistakes(&schema, &text), Vec::<String>::new(), "{}", path.display());
        count += 1;
    }
    for (path, page) in shown("md") {
        for block in blocks(&page) {
            assert_eq!(mistakes(&schema, &block), Vec::<String>::new(), "{} has\n{block}", path.display());
            count += 1;
        }
    }
    assert!(count >= 3, "only {count} configurations were found");
}

#[tokio::test]
async fn the_starter_is_right_with_and_without_its_comments() {
    let schema = schema().await;
    let keybaton = Keybaton::new();
    keybaton.run("init --no-scan").await.exits(0);
    let text = fs::read_to_string(keybaton.path("keybaton.toml")).unwrap();
    assert_eq!(mistakes(&schema, &text), Vec::<String>::new());
    let (head, example) = text.split_once("#[issuer.acme]").unwrap();
    let example: Vec<&str> = example.lines().map(|line| line.strip_prefix('#').unwrap_or(line)).collect();
    let open = format!("{head}[issuer.acme]{}", example.join("\n"));
    assert_eq!(mistakes(&schema, &open), Vec::<String>::new());
}

#[tokio::test]
async fn what_the_command_refuses_the_schema_refuses_too() {
    let schema = schema().await;
    for text in [
        "evry = 1",
        "[state]\nurl = 5",
        "[issuer.a]\ntype = \"htp\"",
        "[issuer.a]\ntype = \"http\"\nbase = \"https://a.example\"",
        "[secret.a.env.prod]\nevery = \"soon\"",
        "[secret.a]\nissuer = \"a\"",
        "[secret.a.env.prod]\nwatch = { fro = \"1h\" }",
        "[secret.a.env.prod]\nprobe = { htp = \"x\" }",
    ] {
        assert!(!mistakes(&schema, text).is_empty(), "{text}");
    }
}
