//! The answer to the call that makes a key is lost: the key that was made has no mark, and is not touched.

use super::bench::{Cloud, Own, SECRET};
use super::cut::Cut;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_whose_answer_was_lost_is_named_and_left_until_somebody_deletes_it() {
    let Some(cloud) = Cloud::adopted(Own::Table).await else { return };
    let cut = Cut::at(cloud.aws.port(), "CreateAccessKey").await;
    let direct = std::fs::read_to_string(cloud.keybaton.path("keybaton.toml")).unwrap();
    let through = direct.replace(&cloud.aws.url(), &format!("http://127.0.0.1:{}", cut.port));
    cloud.keybaton.write("keybaton.toml", &through);
    let ended = cloud.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    assert!(cut.was_cut());
    let ids = cloud.ids();
    assert_eq!(ids.len(), 2, "it was made, and is left alone");
    ended.says(&[&ids[0], &ids[1]]);
    assert!(cloud.aws.takes(&cloud.adopted));
    let lost = ids.iter().find(|id| **id != cloud.adopted.id).unwrap();
    cloud.aws.run("DeleteAccessKey", &[("UserName", &cloud.user), ("AccessKeyId", lost)]);
    cloud.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    cloud.assert_whole().await;
}
