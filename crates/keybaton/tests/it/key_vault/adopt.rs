//! Taking over a key that stands in a key vault.

use super::rig::{NAME, Rig, SHORT};
use crate::stage::{OLD_ID, OLD_VALUE, SECRET};

#[tokio::test]
async fn the_vault_is_compared_and_not_written() {
    let rig = Rig::new(SHORT, OLD_VALUE).await;
    rig.bench.adopt().await.exits(0).hides(OLD_VALUE);
    assert_eq!((rig.server.versions(NAME).len(), rig.bench.status().await["version"].as_u64()), (1, Some(1)));
}

#[tokio::test]
async fn another_value_in_the_vault_is_left_alone_unless_it_is_asked_for() {
    let rig = Rig::new(SHORT, "sk_another_value").await;
    let ended = rig.bench.adopt().await.exits(1).explains().hides(OLD_VALUE).hides("sk_another_value");
    ended.says(&["the vault kv does not serve this value", "--publish"]);
    assert_eq!(rig.server.versions(NAME).len(), 1);
    let line = format!("adopt {SECRET} --id {OLD_ID} --publish");
    rig.bench.keybaton.feed(&line, OLD_VALUE).await.exits(0).hides(OLD_VALUE);
    assert_eq!(rig.server.get(NAME).as_deref(), Some(OLD_VALUE));
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.assert_whole().await;
}
