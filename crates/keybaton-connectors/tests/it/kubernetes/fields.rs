//! What is written: two fields, and nothing that belongs to others is lost.

use keybaton_ports::Slot;
use keybaton_testkit::fake::Cluster;
use keybaton_types::VersionNo;
use serde_json::json;

use super::rig::{NAME, TOKEN, follow, installation, of, secret, serves, vault};
use crate::bench::with;

#[tokio::test]
async fn the_value_before_stays_beside_the_present_one_until_it_is_dead() {
    let cluster = Cluster::start(TOKEN).await;
    let vault = of(&cluster, &json!({}));
    follow(&*vault, 1, "value-1").await.unwrap();
    assert_eq!(cluster.value(NAME, "value.previous"), None);
    for number in 2..=4 {
        follow(&*vault, number, &format!("value-{number}")).await.unwrap();
        assert_eq!(cluster.value(NAME, "value.previous").unwrap(), format!("value-{}", number - 1).as_bytes());
    }
    let (secret, installation) = (secret(), installation());
    let slot = Slot { installation: &installation, secret: &secret };
    assert_eq!(vault.archive().unwrap().versions(slot).await.unwrap(), [VersionNo(3), VersionNo(4)]);
    let tidying = vault.tidying().unwrap();
    assert_eq!(tidying.tidy(slot, &|value| value.is(b"value-4")).await.unwrap(), 0, "what is served stays");
    assert_eq!(tidying.tidy(slot, &|value| value.is(b"value-3")).await.unwrap(), 1);
    assert_eq!(cluster.value(NAME, "value.previous"), None);
    assert!(serves(&*vault, "value-4").await);
    follow(&*vault, 4, "value-4").await.unwrap();
    assert_eq!(cluster.value(NAME, "value.previous"), None, "the same again brings nothing back");
}

#[tokio::test]
async fn other_fields_labels_and_the_type_are_kept() {
    let cluster = Cluster::start(TOKEN).await;
    let theirs = json!({
        "type": "kubernetes.io/basic-auth",
        "metadata": { "labels": { "team": "payments" }, "annotations": { "note": "x" } },
        "data": { "user": "c2hvcA==" },
    });
    cluster.edit("secrets", NAME, &theirs);
    let vault = of(&cluster, &json!({ "field": "password" }));
    for number in 1..=3 {
        follow(&*vault, number, &format!("value-{number}")).await.unwrap();
    }
    let object = cluster.object("secrets", NAME).unwrap();
    assert_eq!(cluster.value(NAME, "user").unwrap(), b"shop");
    assert_eq!(
        (&object["type"], &object["metadata"]["labels"]["team"]),
        (&json!("kubernetes.io/basic-auth"), &json!("payments"))
    );
    assert_eq!(object["metadata"]["annotations"]["note"], json!("x"));
    assert_eq!(cluster.value(NAME, "password").unwrap(), b"value-3");
}

#[tokio::test]
async fn two_fields_of_one_secret_are_rotated_apart() {
    let cluster = Cluster::start(TOKEN).await;
    let (one, other) = (of(&cluster, &json!({ "field": "user" })), of(&cluster, &json!({ "field": "password" })));
    follow(&*one, 1, "value-1").await.unwrap();
    follow(&*other, 5, "value-5").await.unwrap();
    follow(&*one, 2, "value-2").await.unwrap();
    follow(&*other, 6, "value-6").await.unwrap();
    for (field, value) in
        [("user", "value-2"), ("user.previous", "value-1"), ("password", "value-6"), ("password.previous", "value-5")]
    {
        assert_eq!(cluster.value(NAME, field).unwrap(), value.as_bytes(), "{field}");
    }
}

#[tokio::test]
async fn the_same_publication_again_writes_nothing() {
    let cluster = Cluster::start(TOKEN).await;
    let vault = of(&cluster, &json!({}));
    follow(&*vault, 1, "value-1").await.unwrap();
    let version = || cluster.object("secrets", NAME).unwrap()["metadata"]["resourceVersion"].clone();
    let before = version();
    follow(&*vault, 1, "value-1").await.unwrap();
    assert_eq!(version(), before);
    // By hand, and with the mark of ours still beside it.
    cluster.write(NAME, &[("value", "value-9")]);
    let fault = follow(&*vault, 1, "value-1").await.unwrap_err();
    assert!(fault.to_string().contains("field manager kubectl-edit"), "{fault}");
}

#[tokio::test]
async fn a_value_that_is_no_text_is_published_as_it_is() {
    let cluster = Cluster::start(TOKEN).await;
    let vault =
        vault(&with(super::rig::by_token(&cluster.url(), &json!({})), &json!({ "field": "key.der" })), "app.key");
    follow(&*vault, 1, "value-\u{1}\u{e9}").await.unwrap();
    assert_eq!(cluster.value("app.key", "key.der").unwrap(), "value-\u{1}\u{e9}".as_bytes());
}
