//! Issuers that build on a preset.

use keybaton_config::{Color, Config, IssuerKind, Table};
use serde_json::{Value, json};

use crate::text::{load, refused};

fn config(table: &str) -> Config {
    load(&format!("version = 1\n[issuer.acme]\npreset = \"sendgrid\"\n{table}\n")).unwrap()
}

fn merged(table: &str, base: &Value) -> Table {
    config(table).issuers["acme"].table.over(base, &[("scopes", "parameters")])
}

#[test]
fn a_preset_is_of_the_type_http_and_keeps_its_name() {
    let config = config("scopes = []");
    let issuer = &config.issuers["acme"];
    assert_eq!((issuer.kind, issuer.preset.as_deref()), (IssuerKind::Http, Some("sendgrid")));
    assert_eq!(issuer.table.keys().collect::<Vec<_>>(), ["scopes"]);
    let inline = load("version = 1\n[secret.a.env.prod]\nissuer = { preset = \"okta\", type = \"http\" }\n").unwrap();
    assert_eq!(inline.secrets.values().next().unwrap().issuer.preset.as_deref(), Some("okta"));
}

#[test]
fn an_unknown_preset_is_answered_with_the_closest() {
    let error = refused("version = 1\n[issuer.a]\npreset = \"sendgird\"\n");
    assert!(error.starts_with("error: there is no preset `sendgird`\n --> keybaton.toml:3:10\n"), "{error}");
    assert!(error.ends_with("hint: did you mean `sendgrid`?"), "{error}");
    let error = refused("version = 1\n[issuer.a]\npreset = \"okta\"\ntype = \"postgres\"\n");
    assert!(error.starts_with("error: a preset is of the type `http`\n --> keybaton.toml:4:8\n"), "{error}");
    let error = refused("version = 1\n[issuer.a]\npreset = 7\n");
    assert!(error.starts_with("error: `preset` is a text\n"), "{error}");
    let error = refused("version = 1\n[issuer.a]\nbase = \"x\"\n");
    assert!(error.starts_with("error: an issuer needs a `type` or a `preset`\n"), "{error}");
}

#[test]
fn the_users_keys_win_and_parameters_are_gathered() {
    let base = json!({ "base": "https://a", "gone": [404], "create": { "id": "$.id", "value": "$.v" }, "none": null });
    let table = merged("scopes = [\"s\"]\ngone = [410]\ncreate = { value = \"$.w\" }", &base);
    let wanted = json!({
        "base": "https://a", "gone": [410], "create": { "id": "$.id", "value": "$.w" }, "parameters": { "scopes": ["s"] },
    });
    assert_eq!(table.content(), wanted);
}

#[test]
fn a_mistake_stands_where_the_user_wrote_it_and_else_at_the_preset() {
    let base = json!({ "create": { "id": "$.id" } });
    let table = merged("create = { value = \"$.w\" }", &base);
    let at = |path: &[&str]| table.error_at(path, "x", None).to_string();
    assert!(at(&["create", "value"]).starts_with("keybaton.toml:4:20: x"), "{}", at(&["create", "value"]));
    assert!(at(&["create", "id"]).starts_with("keybaton.toml:3:10: x"), "{}", at(&["create", "id"]));
    assert!(at(&["nothing"]).starts_with("keybaton.toml:3:10: x"));
    assert!(table.error("x", None).to_string().starts_with("keybaton.toml:3:10: x"));
}

#[test]
fn a_stranger_among_the_keys_gets_a_suggestion() {
    let error = config("scope = []").issuers["acme"].table.stranger("scope", &["auth", "scopes"]);
    let text = error.render(Color::Never);
    assert!(text.starts_with("error: unknown key `scope`\n --> keybaton.toml:4:1\n"), "{text}");
    assert!(text.ends_with("hint: did you mean `scopes`?"), "{text}");
}
