//! The credential of keybaton's own: settings that make no sense, one that is missing, and one that has ended.

use keybaton_connectors::registry;
use keybaton_ports::Vault;
use keybaton_testkit::server::Aws;
use serde_json::{Value, json};

use super::secrets::rig::{fresh, settings};
use crate::bench::{text, with};

fn refusal(settings: &Value) -> String {
    registry::vault("aws-secrets-manager", settings).unwrap().err().unwrap().to_string()
}

#[test]
fn settings_that_make_no_sense_are_named() {
    let key = json!({ "id": "AKIAEXAMPLE", "secret": { "env": "X" } });
    for (settings, words) in [
        (json!({ "region": "frankfurt" }), "region: \"frankfurt\" is no region such as eu-central-1"),
        (
            json!({ "region": "eu-central-1", "endpoint": "http://aws.example" }),
            "endpoint: plain http goes to loopback only",
        ),
        (json!({ "region": "eu-central-1", "access_key": key, "profile": "x" }), "profile: there is an access_key too"),
        (json!({ "region": "eu-central-1", "field": "" }), "field: it names a field"),
        (json!({ "region": "eu-central-1", "timeout": "0s" }), "timeout: no call ends in no time"),
        (json!({ "region": "eu-central-1", "quiescence": "1s" }), "quiescence: 1s is below timeout = 10s"),
    ] {
        assert!(refusal(&settings).contains(words), "{}", refusal(&settings));
    }
    let plain = json!({ "region": "eu-central-1", "access_key": { "id": "A", "secret": "wJalrXUtnFEMI" } });
    assert!(!refusal(&plain).contains("wJalr"), "a secret in the settings is not repeated");
    for (user, more) in [("", json!({})), ("a/b", json!({})), ("app", json!({ "sts_endpoint": "http://sts.example" }))]
    {
        let settings = with(json!({ "user": user }), &more);
        assert!(registry::issuer("aws-iam", &settings).unwrap().is_err(), "{settings}");
    }
}

#[test]
fn a_name_is_one_place_for_each_region_account_and_field() {
    let place = |more: &Value, name: &str| {
        let settings = with(json!({ "region": "eu-central-1" }), more);
        registry::vault("aws-secrets-manager", &settings).unwrap().unwrap().place(name)
    };
    let plain = place(&json!({}), "app/key").unwrap();
    for more in [json!({ "region": "eu-west-1" }), json!({ "profile": "other" }), json!({ "field": "password" })] {
        assert_ne!(place(&more, "app/key").unwrap(), plain);
    }
    assert_eq!(place(&json!({ "timeout": "5s" }), "app/key").unwrap(), plain);
    assert!(place(&json!({}), "app key").is_err());
}

#[test]
fn what_is_no_secret_of_aws_is_refused_before_anything_is_asked() {
    let key = keybaton_testkit::server::AwsKey::new("AKIAEXAMPLE", "x");
    let settings = settings("http://127.0.0.1:1", &key, &json!({}));
    let built = registry::vault("aws-secrets-manager", &settings).unwrap().unwrap();
    let refused = built.build(&"a/b".parse().unwrap(), "a", vec![text("two words")]).err().unwrap().to_string();
    assert_eq!(refused, "access_key.secret: it is none of a key of AWS");
}

#[tokio::test]
async fn a_wrong_key_of_keybatons_own_is_named() {
    let Some(aws) = Aws::ministack().await else { return };
    let nobody = keybaton_testkit::server::AwsKey::new("AKIANOBODY0000000000", "x");
    let settings = settings(&aws.url(), &nobody, &json!({}));
    let built = registry::vault("aws-secrets-manager", &settings).unwrap().unwrap();
    let vault: std::sync::Arc<dyn Vault> =
        built.build(&"a/b".parse().unwrap(), &fresh("own"), vec![nobody.secret()]).unwrap();
    let fault = vault.served(&"a/b".parse().unwrap()).await.err().unwrap();
    assert_eq!(fault.blame, keybaton_ports::Blame::OurCredential);
    assert_eq!(
        fault.to_string(),
        "secretsmanager:GetSecretValue: the credential that keybaton itself uses is not accepted"
    );
}
