//! What is written: one field, and nothing that belongs to others is lost.

use keybaton_ports::{Archive, Blame, Certainty, Slot};
use keybaton_testkit::server::OpenBao;
use keybaton_types::{Installation, VersionNo};
use serde_json::{Value, json};

use super::rig::{by_token, fresh, of, publish, secret, serves, vault};

#[tokio::test]
async fn other_fields_and_what_others_say_of_the_secret_are_kept() {
    let Some(bao) = OpenBao::shared().await else { return };
    let path = fresh("fields");
    bao.put(&path, &json!({ "user": "app", "port": 5432, "more": { "a": [1, null] } }));
    bao.run("PATCH", &format!("secret/metadata/{path}"), &json!({ "custom_metadata": { "owner": "team" } }));
    let kept = vault(&by_token(&bao.url(), &json!({ "field": "password" })), &path, Some(bao.root()));
    for number in 1..=12 {
        publish(&*kept, number, &format!("value-{number}")).await.unwrap();
    }
    let expected = json!({ "user": "app", "port": 5432, "more": { "a": [1, null] }, "password": "value-12" });
    assert_eq!(bao.get(&path), Some(expected));
    let metadata = bao.metadata(&path);
    assert_eq!(metadata["custom_metadata"]["owner"], json!("team"));
    assert_eq!(metadata["custom_metadata"].as_object().unwrap().len(), 1 + 8, "claims do not pile up: {metadata}");
    assert_eq!(bao.version(&path), 13);
}

#[tokio::test]
async fn the_same_publication_again_makes_no_version() {
    let Some(bao) = OpenBao::shared().await else { return };
    let path = fresh("again");
    let vault = of(bao, &path);
    publish(&*vault, 1, "value-1").await.unwrap();
    publish(&*vault, 1, "value-1").await.unwrap();
    assert_eq!(bao.version(&path), 1);
    bao.put(&path, &json!({ "value": "another" }));
    publish(&*vault, 1, "value-1").await.unwrap();
    assert!(serves(&*vault, "value-1").await);
}

#[tokio::test]
async fn an_earlier_version_with_fields_of_others_is_not_destroyed() {
    let Some(bao) = OpenBao::shared().await else { return };
    let path = fresh("tidy");
    let vault = of(bao, &path);
    publish(&*vault, 1, "value-1").await.unwrap();
    bao.run("PATCH", &format!("secret/data/{path}"), &json!({ "data": { "theirs": "x" } }));
    publish(&*vault, 2, "value-2").await.unwrap();
    publish(&*vault, 3, "value-3").await.unwrap();
    let (secret, installation) = (secret(), Installation("c0ffee".to_owned()));
    let all = Slot { installation: &installation, secret: &secret };
    assert_eq!(vault.tidying().unwrap().tidy(all, &|_| true).await.unwrap(), 1);
    let states: Vec<bool> =
        (1..=4).map(|no| bao.metadata(&path)["versions"][no.to_string()]["destroyed"] == json!(true)).collect();
    assert_eq!(states, [true, false, false, false]);
}

#[tokio::test]
async fn a_field_that_is_no_text_is_somebody_elses_value() {
    let Some(bao) = OpenBao::shared().await else { return };
    let path = fresh("number");
    bao.put(&path, &json!({ "value": { "a": 1 } }));
    assert!(serves(&*of(bao, &path), r#"{"a":1}"#).await);
}

#[tokio::test]
async fn an_engine_of_the_first_version_and_a_mount_that_is_not_there_are_refused() {
    let Some(bao) = OpenBao::shared().await else { return };
    let (_, _) = bao.ask("POST", "sys/mounts/old", &json!({ "type": "kv", "options": { "version": "1" } }));
    for mount in ["old", "nowhere"] {
        let vault = vault(&by_token(&bao.url(), &json!({ "mount": mount })), "app", Some(bao.root()));
        let fault = publish(&*vault, 1, "value-1").await.unwrap_err();
        assert_ne!(fault.certainty, Certainty::Unknown, "{mount}: {fault}");
        assert!(matches!(fault.blame, Blame::Rejected | Blame::Unsupported), "{mount}: {fault}");
    }
    assert_eq!(bao.ask("LIST", "old/", &Value::Null).0, 404, "nothing was written");
}

#[tokio::test]
async fn numbers_are_found_among_versions_of_others() {
    let Some(bao) = OpenBao::shared().await else { return };
    let path = fresh("archive");
    let vault = of(bao, &path);
    bao.put(&path, &json!({ "value": "before" }));
    publish(&*vault, 1, "value-1").await.unwrap();
    bao.put(&path, &json!({ "value": "between" }));
    publish(&*vault, 2, "value-2").await.unwrap();
    let (secret, installation) = (secret(), Installation("c0ffee".to_owned()));
    let of = Slot { installation: &installation, secret: &secret };
    let archive: &dyn Archive = vault.archive().unwrap();
    assert!(archive.version(of, VersionNo(1)).await.unwrap().unwrap().is(b"value-1"));
    assert!(archive.version(of, VersionNo(2)).await.unwrap().unwrap().is(b"value-2"));
    assert_eq!(archive.versions(of).await.unwrap(), [VersionNo(1), VersionNo(2)]);
}
