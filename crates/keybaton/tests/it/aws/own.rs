//! Keybaton's own credential is missing.

use super::bench::{Cloud, Own, SECRET};

#[tokio::test]
async fn a_missing_credential_is_named_with_the_places_that_were_looked_at() {
    let Some(mut cloud) = Cloud::adopted(Own::Environment).await else { return };
    cloud.keybaton.set("AWS_ACCESS_KEY_ID", "");
    let ended = cloud.keybaton.run(&format!("rotate {SECRET} --wait")).await.exits(5);
    ended.says(&["there is no credential of keybaton's own for AWS", "the shared profile"]);
    assert!(cloud.aws.takes(&cloud.adopted));
    assert_eq!(cloud.keys(), 1, "nothing was made");
}
