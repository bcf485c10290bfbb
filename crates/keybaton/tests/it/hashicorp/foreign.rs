//! Somebody else writes into the vault: nothing of theirs is lost, and no key dies.

use keybaton_testkit::server::OpenBao;
use serde_json::json;

use super::rig::{Rig, SHORT};
use crate::stage::{OLD_VALUE, SECRET};

#[tokio::test]
async fn a_value_that_somebody_wrote_between_two_rotations_is_not_overwritten() {
    let Some(bao) = OpenBao::shared().await else { return };
    let rig = Rig::adopted(bao, SHORT).await;
    rig.write("sk_between");
    let ended = rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(5).hides("sk_between");
    ended.says(&["the vault serves a value that keybaton did not write"]);
    assert_eq!(rig.read().as_deref(), Some("sk_between"));
    assert!(rig.bench.service.lets_in(OLD_VALUE).await, "a key died in a hold");
    rig.write(OLD_VALUE);
    rig.bench.run(&format!("resume {SECRET}")).await;
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_value_that_somebody_writes_in_the_drain_holds_the_rotation() {
    let Some(bao) = OpenBao::shared().await else { return };
    let terms = "watch = { for = \"1h\", every = \"500ms\" }\noverlap = { until = \"time\" }";
    let rig = Rig::adopted(bao, terms).await;
    let mut rotate = rig.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    let ours = rig.read().unwrap();
    rig.write("sk_by_somebody_else");
    rotate.ended().await.exits(5).says(&["the vault serves a value that keybaton did not write"]);
    assert_eq!(rig.read().as_deref(), Some("sk_by_somebody_else"));
    assert!(rig.bench.service.lets_in(OLD_VALUE).await && rig.bench.service.lets_in(&ours).await);
}

#[tokio::test]
async fn another_field_that_somebody_changes_is_kept() {
    let Some(bao) = OpenBao::shared().await else { return };
    let rig = Rig::adopted(bao, SHORT).await;
    bao.run("PATCH", &format!("secret/data/{}", rig.path), &json!({ "data": { "note": "new" } }));
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    assert_eq!(bao.get(&rig.path).unwrap()["note"], json!("new"));
    rig.assert_whole().await;
}
