//! Whole rotations of an access key.

use std::sync::Arc;

use super::bench::{Cloud, Own, SECRET};
use crate::stage::Load;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_rotated_twice_under_load_and_nobody_is_refused() {
    let Some(cloud) = Cloud::adopted(Own::Environment).await else { return };
    let cloud = Arc::new(cloud);
    let load = Load::start(&cloud, 2).await;
    let mut old = vec![cloud.adopted.clone()];
    for _ in 0..2 {
        let secret = keybaton_testkit::text(&cloud.key().secret());
        cloud.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0).hides(&secret);
        old.push(cloud.key());
    }
    load.assert_unharmed().await;
    for key in &old[..2] {
        assert!(!cloud.aws.takes(key), "an old key is still taken");
    }
    cloud.assert_whole().await;
}

#[tokio::test]
async fn a_user_with_two_keys_holds_names_both_and_goes_on_when_there_is_room() {
    let Some(cloud) = Cloud::adopted(Own::Profile).await else { return };
    let theirs = cloud.aws.access_key(&cloud.user);
    cloud.keybaton.run(&format!("plan {SECRET}")).await.exits(1);
    let ended = cloud.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    ended.says(&[&cloud.adopted.id, &theirs.id]);
    assert!(cloud.aws.takes(&cloud.adopted) && cloud.aws.takes(&theirs), "nothing is deleted to make room");
    cloud.aws.run("DeleteAccessKey", &[("UserName", &cloud.user), ("AccessKeyId", &theirs.id)]);
    cloud.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    cloud.assert_whole().await;
}

#[tokio::test]
async fn a_key_is_switched_off_before_it_is_destroyed_and_on_again_by_a_rollback() {
    let Some(cloud) = Cloud::adopted(Own::Table).await else { return };
    cloud.keybaton.rotate_until(SECRET, "watching").await;
    cloud.keybaton.run(&format!("rollback {SECRET} --wait")).await.exits(0);
    assert!(cloud.aws.takes(&cloud.adopted), "the old key works again");
    assert_eq!(cloud.key().id, cloud.adopted.id);
    cloud.assert_whole().await;
}
