//! A vault that does not work for a while: a clear word, both keys alive, and the rotation goes on by itself.

use keybaton_testkit::server::OpenBao;

use super::rig::{Rig, SHORT};
use crate::stage::{OLD_VALUE, SECRET};

#[tokio::test]
async fn a_sealed_vault_is_waited_for() {
    let Some(bao) = OpenBao::start().await else { return };
    let rig = Rig::adopted(&bao, SHORT).await;
    bao.seal();
    let mut rotate = rig.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("publishing").await;
    assert!(rig.bench.service.lets_in(OLD_VALUE).await);
    bao.unseal().await;
    rotate.ended().await.exits(0);
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_sealed_vault_holds_in_the_end_and_says_why() {
    let Some(bao) = OpenBao::start().await else { return };
    let rig = Rig::adopted(&bao, SHORT).await;
    bao.seal();
    let ended = rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    ended.says(&["the server is sealed"]).hides(OLD_VALUE);
    assert!(rig.bench.service.lets_in(OLD_VALUE).await);
    assert_eq!(rig.bench.service.live().len(), 2, "a key died in a hold");
    bao.unseal().await;
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_token_that_may_only_read_is_named_and_the_rotation_goes_on_when_it_may_write() {
    let Some(bao) = OpenBao::shared().await else { return };
    let rig = Rig::adopted(bao, SHORT).await;
    rig.may(&["read"]);
    let ended = rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(5).hides(OLD_VALUE);
    ended.says(&["permission denied", &rig.path]);
    assert!(rig.bench.service.lets_in(OLD_VALUE).await);
    assert_eq!(rig.read().as_deref(), Some(OLD_VALUE));
    rig.may(&["create", "read", "update"]);
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_secret_that_was_deleted_is_written_anew() {
    let Some(bao) = OpenBao::shared().await else { return };
    let rig = Rig::adopted(bao, SHORT).await;
    rig.delete();
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.bench.assert_whole().await;
    assert_eq!(rig.read(), Some(rig.bench.value().await));
}

#[tokio::test]
async fn a_secret_that_is_deleted_in_the_drain_is_written_anew_and_said() {
    let Some(bao) = OpenBao::shared().await else { return };
    let terms = "watch = { for = \"3s\", every = \"500ms\" }\noverlap = { min = \"1s\", until = \"time\" }";
    let rig = Rig::adopted(bao, terms).await;
    let mut rotate = rig.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    rig.delete();
    rotate.ended().await.exits(0);
    assert_eq!(rig.read(), Some(rig.bench.value().await));
    rig.bench.run(&format!("history {SECRET}")).await.exits(0);
    rig.bench.assert_whole().await;
}
