//! Channels for alerts, and who is told on them.

use keybaton_config::ChannelKind;

use crate::text::{load, refused};

const SECRET: &str = "[secret.a.env.prod]\nissuer = { type = \"http\" }\n";

#[test]
fn a_secret_tells_whom_it_names_its_defaults_or_nobody() {
    let config = load(
        "version = 1\n[alert.ops]\ntype = \"webhook\"\nurl = { env = \"U\" }\n[alert.pager]\ntype = \"pagerduty\"\n\
         [defaults]\nalerts = [\"ops\"]\n[secret.a.env.prod]\nissuer = { type = \"http\" }\n[secret.b]\n\
         issuer = { type = \"http\" }\nalerts = [\"pager\", \"ops\", \"pager\"]\n[secret.b.env.prod]\n\
         [secret.b.env.test]\nalerts = []\n",
    )
    .unwrap();
    let told = |name: &str| config.secrets[&name.parse().unwrap()].alerts.clone();
    assert_eq!(told("a/prod"), ["ops"]);
    assert_eq!(told("b/prod"), ["pager", "ops"], "each once, in the order of the file");
    assert!(told("b/test").is_empty());
    let kinds: Vec<_> = config.alerts.values().map(|alert| (alert.name.as_str(), alert.kind)).collect();
    assert_eq!(kinds, [("ops", ChannelKind::Webhook), ("pager", ChannelKind::Pagerduty)]);
    assert!(config.warnings.is_empty(), "{:?}", config.warnings);
}

#[test]
fn a_channel_that_there_is_not_is_named_with_its_place() {
    let error =
        refused(&format!("version = 1\n[alert.ops]\ntype = \"slack\"\n[defaults]\nalerts = [\"opps\"]\n{SECRET}"));
    assert!(error.starts_with("error: there is no channel `opps` for alerts\n"), "{error}");
    assert!(error.contains("keybaton.toml:5:11") && error.ends_with("hint: did you mean `ops`?"), "{error}");
}

#[test]
fn a_channel_has_a_name_a_table_and_a_type_that_is_known() {
    let table = [
        ("[alert.Ops]\ntype = \"slack\"", "the name of a channel has small letters, digits and dashes"),
        ("[alert]\nops = 1", "a channel for alerts is a table"),
        ("[alert.ops]\nurl = { env = \"U\" }", "a channel for alerts needs a `type`"),
        ("[alert.ops]\ntype = 7", "`type` is a text"),
    ];
    for (text, says) in table {
        let error = refused(&format!("version = 1\n{text}\n{SECRET}"));
        assert!(error.starts_with(&format!("error: {says}\n")), "{error}");
    }
    let error = refused(&format!("version = 1\n[alert.ops]\ntype = \"slak\"\n{SECRET}"));
    assert!(error.ends_with("hint: did you mean `slack`?"), "{error}");
}

#[test]
fn a_channel_that_no_secret_names_is_pointed_out() {
    let config = load(&format!("version = 1\n[alert.ops]\ntype = \"slack\"\n{SECRET}")).unwrap();
    let [warning] = &config.warnings[..] else { panic!("{:?}", config.warnings) };
    assert_eq!(warning.message(), "no secret has `ops` among its `alerts`");
}
