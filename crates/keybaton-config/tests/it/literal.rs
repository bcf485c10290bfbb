//! A literal where a reference belongs is refused, and nothing repeats it.

use keybaton_config::{Color, Config, Error};
use keybaton_types::Reference;
use serde::Deserialize;

use crate::text::load;

const SECRET: &str = "sk_live_4eC39HqLyjWDarjtT1zdp7dc";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only read")]
struct Settings {
    base: String,
    auth: Auth,
    #[serde(default)]
    mode: Option<Mode>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(dead_code, reason = "only read")]
enum Auth {
    Bearer(Reference),
    Basic { user: String, password: Reference },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Plain,
}

fn everything(error: &Error) -> String {
    let texts = [error.to_string(), error.render(Color::Never), error.render(Color::Always), format!("{error:?}")];
    texts.join("\n")
}

fn read(auth: &str) -> Result<Settings, Error> {
    let text = format!("version = 1\n[issuer.acme]\ntype = \"http\"\nbase = \"https://acme.example\"\n{auth}\n");
    load(&text)?.issuers["acme"].table.read()
}

#[test]
fn a_literal_for_a_bearer_names_the_key_and_the_forms() {
    let error = read(&format!("auth = {{ bearer = \"{SECRET}\" }} # was {SECRET}")).unwrap_err();
    assert_eq!(
        error.render(Color::Never),
        "error: `bearer`: a secret never stands in the configuration itself
 --> keybaton.toml:5:19
  |
5 | auth = { bearer = … }
  |                   ^
  |
hint: refer to it with { env = \"NAME\" }, { file = \"path\" }, { credential = \"name\" }, { secret = \"name/env\" } or { command = [\"program\", \"argument\"] }"
    );
}

#[test]
fn no_mistake_repeats_a_literal() {
    for auth in [
        "auth = { bearer = \"@\" }",
        "auth = \"@\"",
        "auth = [\"@\"]",
        "auth = { bearer = { secret = \"@\" } }",
        "auth = { bearer = { envv = \"@\" } }",
        "auth = { bearer = { env = \"A\", file = \"@\" } }",
        "auth = { bearer = [\"@\"] }",
        "auth = { bearer = { command = \"@\" } }",
        "auth = { basic = { user = \"u\", password = \"@\" } }",
        "auth = { basic = { user = \"u\", password = \"\"\"\n@\n\"\"\" } }",
        "auth = { bearrer = \"@\" }",
        "auth = { bearer = { env = \"A\" } }\nmode = \"@\"",
        "auth = { bearer = { env = \"A\" } }\ntoken = \"@\"",
        "auth = { bearer = { env = \"A\" }, other = \"@\" }",
        "auth = { bearer = @ }",
        "auth = { bearer = \"@ }",
        "auth = { @ }",
        "auth = { bearer = \"@\", bearer = \"@\" }",
        "auth = '''\n@ = 1",
        "auth = '''\nabc\n@",
        "auth = \"@",
        "auth =\n@",
        "@",
    ] {
        let error = read(&auth.replace('@', SECRET)).expect_err(auth);
        let texts = everything(&error);
        assert!(!texts.contains(SECRET) && !texts.contains("4eC39HqLyj"), "{auth}: {texts}");
    }
}

#[test]
fn numbers_are_masked_too() {
    let error = read("auth = { bearer = 48151623 }").unwrap_err();
    assert!(!everything(&error).contains("48151623"), "{error}");
}

#[test]
fn a_master_key_in_the_file_is_refused_without_being_shown() {
    for key in
        ["\"@\"", "{ secret = \"@\" }", "{ secret = \"a/@\" }", "[\"@\"]", "{ env = [\"@\"] }", "{ envv = \"@\" }"]
    {
        let text = format!("version = 1\n[state]\nmaster_key = {}\n", key.replace('@', SECRET));
        let error = load(&text).expect_err(key);
        assert!(!everything(&error).contains(SECRET), "{}", everything(&error));
    }
}

#[test]
fn a_configuration_in_a_debug_print_has_no_value() {
    let text = format!(
        "version = 1\n[secret.a.env.prod]\nissuer = {{ type = \"http\", auth = \"{SECRET}\" }}\nprobe = {{ http = \"{SECRET}\" }}\n"
    );
    let config: Config = load(&text).unwrap();
    let debug = format!("{config:?}");
    assert!(!debug.contains(SECRET), "{debug}");
}
