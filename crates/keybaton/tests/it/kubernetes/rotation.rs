//! Whole rotations into a Secret.

use super::rig::{Rig, SHORT};
use crate::stage::{OLD_VALUE, SECRET};

#[tokio::test]
async fn the_old_key_stays_beside_the_new_one_until_it_is_revoked() {
    let terms = "watch = { for = \"3s\", every = \"500ms\" }\noverlap = { min = \"1s\", until = \"time\" }";
    let rig = Rig::taking(terms).await;
    rig.bench.rotate_until("draining").await;
    assert_eq!(rig.field("value.previous").as_deref(), Some(OLD_VALUE));
    assert_ne!(rig.read().as_deref(), Some(OLD_VALUE));
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0).hides(OLD_VALUE);
    rig.assert_whole().await;
    assert_eq!(rig.field("value.previous"), None, "a revoked key is in the Secret");
    assert!(!rig.bench.service.lets_in(OLD_VALUE).await);
}

#[tokio::test]
async fn the_key_goes_back_into_the_secret_when_the_rotation_does() {
    let terms = "watch = { for = \"4s\", every = \"500ms\" }\noverlap = { min = \"1s\", until = \"time\" }";
    let rig = Rig::taking(terms).await;
    rig.bench.rotate_until("draining").await;
    rig.bench.run(&format!("rollback {SECRET} --wait")).await.exits(0);
    assert_eq!(rig.read().as_deref(), Some(OLD_VALUE));
    rig.assert_whole().await;
}

#[tokio::test]
async fn a_token_that_is_replaced_while_a_rotation_goes_on_is_read_again() {
    let rig = Rig::taking(SHORT).await;
    let mut rotate = rig.bench.keybaton.start(&format!("rotate {SECRET} --wait"));
    rotate.says("draining").await;
    rig.cluster.desk().tokens = ["second".to_owned()].into();
    rig.bench.keybaton.write("pod.token", "second");
    rotate.ended().await.exits(0);
    rig.assert_whole().await;
}
