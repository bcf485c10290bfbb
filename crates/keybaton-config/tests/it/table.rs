//! Tables that connectors read.

use keybaton_config::{Color, Config, Located};
use serde::Deserialize;

use crate::text::load;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Settings {
    base: String,
    #[serde(default)]
    timeout: Option<Located<String>>,
    create: Create,
    #[serde(default)]
    gone: Vec<u16>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Create {
    request: String,
    id: String,
}

fn config(table: &str) -> Config {
    load(&format!("version = 1\n[issuer.acme]\ntype = \"http\"\n{table}\n")).unwrap()
}

fn said(table: &str) -> String {
    config(table).issuers["acme"].table.read::<Settings>().unwrap_err().render(Color::Never)
}

#[test]
fn a_table_is_read_without_its_type_and_with_places() {
    let config = config("base = \"b\"\ntimeout = \"10s\"\ncreate = { request = \"r\", id = \"i\" }\ngone = [404]");
    let table = &config.issuers["acme"].table;
    let settings: Settings = table.read().unwrap();
    assert_eq!((settings.base.as_str(), settings.gone.as_slice()), ("b", [404].as_slice()));
    assert_eq!(config.document.position(settings.timeout.unwrap().span.start), (5, 11));
    assert_eq!(table.keys().collect::<Vec<_>>(), ["base", "create", "gone", "timeout"]);
}

#[test]
fn a_connectors_mistakes_are_shown_like_ours() {
    let error = said("base = \"https://user:pw@acme\"\ncreate = { reqest = \"POST /\", id = \"$.id\" }");
    assert_eq!(
        error,
        "error: unknown key `reqest`
 --> keybaton.toml:5:12
  |
5 | create = { reqest = …, id = … }
  |            ^^^^^^
  |
hint: did you mean `request`?"
    );
    let missing = said("base = \"b\"");
    assert!(missing.starts_with("error: `create` is missing\n --> keybaton.toml:2:1\n"), "{missing}");
    let kind = said("base = \"b\"\ncreate = { request = \"r\", id = 7 }");
    assert!(
        kind.starts_with("error: `id`: expected a string, found a whole number\n --> keybaton.toml:5:32"),
        "{kind}"
    );
    let range = said("base = \"b\"\ncreate = { request = \"r\", id = \"i\" }\ngone = [404, 70000]");
    assert!(range.contains("--> keybaton.toml:6:14\n") && !range.contains("70000"), "{range}");
}

#[test]
fn a_connector_can_refuse_a_place_of_its_own() {
    let config = config("base = \"b\"\nquiescence = \"1s\"\ncreate = { request = \"r\" }");
    let table = &config.issuers["acme"].table;
    let error = table.error_at(&["quiescence"], "`quiescence` is below `timeout`", Some("raise it"));
    assert_eq!(
        error.render(Color::Never),
        "error: `quiescence` is below `timeout`
 --> keybaton.toml:5:14
  |
5 | quiescence = …
  |              ^
  |
hint: raise it"
    );
    assert!(table.error_at(&["create", "request"], "x", None).to_string().starts_with("keybaton.toml:6:22: x"));
    assert!(table.error_at(&["create", "none"], "x", None).to_string().starts_with("keybaton.toml:6:10: x"));
    assert!(table.error("x", None).to_string().starts_with("keybaton.toml:2:1: x"));
    let error = config.document.error_at(0..usize::MAX, "x", None);
    assert!(error.render(Color::Never).contains("--> keybaton.toml:1:1\n"));
}
