//! What a user gets wrong with a preset.

use keybaton_connectors::build::BuildError;
use keybaton_connectors::{presets, registry};
use serde_json::Value;

fn error(preset: &str, table: &str) -> String {
    let table: Value = toml::from_str(table).unwrap();
    match registry::preset(preset, &table).unwrap().map(drop).unwrap_err() {
        BuildError::Preset { what, hint } => format!("{what} | {hint}"),
        error => error.to_string(),
    }
}

const AUTH: &str = "auth = { bearer = { env = \"A\" } }\n";

#[test]
fn what_only_the_user_can_give_is_asked_for_with_an_example() {
    let missing = error("sendgrid", "scopes = ['mail.send']");
    assert!(missing.starts_with("the preset sendgrid needs `auth`: an API key with"), "{missing}");
    assert!(missing.ends_with("add auth = { bearer = { env = \"SENDGRID_ADMIN_KEY\" } }"), "{missing}");
    let missing = error("sendgrid", AUTH);
    assert!(missing.contains("needs `scopes`") && missing.ends_with("add scopes = [\"mail.send\"]"), "{missing}");
    let missing = error("grafana", &format!("{AUTH}service_account_id = 1"));
    assert!(missing.contains("needs `base`"), "{missing}");
}

#[test]
fn a_parameter_of_the_wrong_shape_is_named_without_its_value() {
    let wrong = error("cloudflare", &format!("{AUTH}account_id = 'canary'\npolicies = [{{}}]"));
    assert!(wrong.starts_with("account_id: it is made of 0-9a-f, 32 characters long, such as "), "{wrong}");
    assert!(!wrong.contains("canary"), "{wrong}");
    let wrong = error("sendgrid", &format!("{AUTH}scopes = 'mail.send'"));
    assert_eq!(wrong, "scopes: expected a list of texts, such as [\"mail.send\"]");
    let wrong = error("openai", &format!("{AUTH}expires_in_seconds = 0"));
    assert!(wrong.starts_with("expires_in_seconds: it is from 1 to 31536000"), "{wrong}");
}

#[test]
fn a_stranger_and_a_broken_override_are_refused() {
    assert!(error("sendgrid", &format!("{AUTH}scopes = ['a']\nscoops = 1")).starts_with("scoops: it is none of "));
    let wrong = error("sendgrid", &format!("{AUTH}scopes = ['a']\nquiescence = '1s'"));
    assert!(wrong.starts_with("quiescence: 1s is below timeout = 10s"), "{wrong}");
}

#[test]
fn a_vendor_without_an_api_for_it_is_refused_with_a_way_out() {
    let refused = error("stripe", AUTH);
    assert!(
        refused.contains("made in the Dashboard") && refused.contains(" | make the key in the Dashboard"),
        "{refused}"
    );
}

#[test]
fn every_preset_says_where_its_facts_come_from_and_what_it_needs() {
    for preset in presets() {
        assert!(!preset.links.is_empty() && !preset.admin.is_empty() && !preset.notes.is_empty(), "{}", preset.name);
        assert!(preset.links.iter().all(|link| link.url.starts_with("https://") && link.looked.len() == 10));
        assert!(preset.refusal.is_some() || !preset.cautions.is_empty(), "{}", preset.name);
        for parameter in &preset.parameters {
            assert!(!parameter.description.is_empty(), "{} {}", preset.name, parameter.name);
            let example: Value = toml::from_str(&format!("x = {}", parameter.example)).unwrap();
            assert!(!example["x"].is_null(), "{} {}", preset.name, parameter.name);
        }
    }
}
