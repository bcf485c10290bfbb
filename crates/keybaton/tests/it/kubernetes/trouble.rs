//! A cluster that does not work for a while, and others who write there: a clear word, both keys alive, and the rotation
//! goes on.

use keybaton_testkit::fake::ClusterMode;
use serde_json::json;

use super::rig::{NAME, Rig, SHORT};
use crate::stage::{OLD_VALUE, SECRET};

#[tokio::test]
async fn a_field_of_another_manager_holds_the_rotation_until_that_one_lets_go() {
    let rig = Rig::adopted(SHORT, "").await;
    let ended = rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(5).hides(OLD_VALUE);
    ended.says(&["belongs to the field manager kubectl-edit", "fields_of_others"]);
    assert_eq!(rig.read().as_deref(), Some(OLD_VALUE));
    assert!(rig.bench.service.lets_in(OLD_VALUE).await);
    rig.cluster.edit("secrets", NAME, &json!({ "data": { "value": null } }));
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_value_that_somebody_writes_in_the_drain_holds_the_rotation() {
    let terms = "watch = { for = \"1h\", every = \"500ms\" }\noverlap = { until = \"time\" }";
    let rig = Rig::taking(terms).await;
    let mut rotate = rig.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    let ours = rig.read().unwrap();
    rig.cluster.write(NAME, &[("value", "sk_by_somebody_else")]);
    rotate.ended().await.exits(5).says(&["the vault serves a value that keybaton did not write"]);
    assert_eq!(rig.read().as_deref(), Some("sk_by_somebody_else"));
    assert!(rig.bench.service.lets_in(OLD_VALUE).await && rig.bench.service.lets_in(&ours).await);
}

#[tokio::test]
async fn an_account_that_may_only_read_is_named_and_the_rotation_goes_on_when_it_may_write() {
    let rig = Rig::taking(SHORT).await;
    rig.cluster.desk().forbidden.insert(("patch", "secrets"));
    let ended = rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(5).hides(OLD_VALUE);
    ended.says(&["forbidden", NAME]);
    assert_eq!(rig.read().as_deref(), Some(OLD_VALUE));
    assert!(rig.bench.service.lets_in(OLD_VALUE).await);
    rig.cluster.desk().forbidden.clear();
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_server_that_throttles_is_waited_for() {
    let rig = Rig::taking(SHORT).await;
    rig.cluster.behave(ClusterMode::Throttles(1));
    let mut rotate = rig.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("publishing").await;
    assert!(rig.bench.service.lets_in(OLD_VALUE).await);
    rig.cluster.behave(ClusterMode::Well);
    rotate.ended().await.exits(0);
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_secret_that_is_deleted_or_immutable_is_said_and_made_anew() {
    let rig = Rig::taking(SHORT).await;
    rig.cluster.edit("secrets", NAME, &json!({ "immutable": true }));
    let ended = rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(5).hides(OLD_VALUE);
    ended.says(&["is immutable", "delete it"]);
    assert!(rig.bench.service.lets_in(OLD_VALUE).await);
    rig.cluster.delete("secrets", NAME);
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.bench.assert_whole().await;
    assert_eq!(rig.read(), Some(rig.bench.value().await));
}
