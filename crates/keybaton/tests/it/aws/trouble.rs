//! AWS does not do it for a while: a clear word, both keys alive, and the rotation goes on.

use serde_json::json;

use super::bench::{Cloud, Own, SECRET};

#[tokio::test]
async fn leave_that_is_missing_is_named_and_the_rotation_goes_on_when_it_is_given() {
    let Some(cloud) = Cloud::adopted(Own::Table).await else { return };
    cloud.may(&["Delete", "Update"]);
    let ended = cloud.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    ended.says(&["iam:CreateAccessKey", "permission denied"]);
    assert!(cloud.aws.takes(&cloud.adopted));
    cloud.may(&["Create", "Delete", "Update"]);
    cloud.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    cloud.assert_whole().await;
}

#[tokio::test]
async fn a_secret_that_is_scheduled_for_deletion_is_waited_for() {
    let Some(cloud) = Cloud::adopted(Own::Table).await else { return };
    cloud.aws.tell("DeleteSecret", &json!({ "SecretId": cloud.name, "RecoveryWindowInDays": 7 }));
    let ended = cloud.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    ended.says(&["scheduled for deletion"]);
    assert!(cloud.aws.takes(&cloud.adopted));
    cloud.aws.tell("RestoreSecret", &json!({ "SecretId": cloud.name }));
    cloud.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    cloud.assert_whole().await;
}

#[tokio::test]
async fn a_version_of_somebody_else_is_not_overwritten() {
    let Some(cloud) = Cloud::adopted(Own::Table).await else { return };
    let token = "99999999-0000-4000-8000-000000000000";
    let theirs = json!({ "SecretId": cloud.name, "SecretString": "theirs", "ClientRequestToken": token });
    cloud.aws.tell("PutSecretValue", &theirs);
    cloud.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    assert_eq!(cloud.text(), "theirs");
    assert!(cloud.aws.takes(&cloud.adopted));
}
