//! Taking over a key that stands in a KV secret.

use keybaton_testkit::server::OpenBao;

use super::rig::{Rig, SHORT};
use crate::stage::{OLD_ID, OLD_VALUE, SECRET};

#[tokio::test]
async fn the_vault_is_compared_and_not_written() {
    let Some(bao) = OpenBao::shared().await else { return };
    let rig = Rig::new(bao, SHORT, OLD_VALUE).await;
    rig.bench.adopt().await.exits(0).hides(OLD_VALUE);
    assert_eq!((bao.version(&rig.path), rig.bench.status().await["version"].as_u64()), (1, Some(1)));
}

#[tokio::test]
async fn another_value_in_the_vault_is_left_alone_unless_it_is_asked_for() {
    let Some(bao) = OpenBao::shared().await else { return };
    let rig = Rig::new(bao, SHORT, "sk_another_value").await;
    let ended = rig.bench.adopt().await.exits(1).explains().hides(OLD_VALUE).hides("sk_another_value");
    ended.says(&["the vault bao does not serve this value", "--publish"]);
    assert_eq!(bao.version(&rig.path), 1);
    let line = format!("adopt {SECRET} --id {OLD_ID} --publish");
    rig.bench.keybaton.feed(&line, OLD_VALUE).await.exits(0).hides(OLD_VALUE);
    assert_eq!(rig.read().as_deref(), Some(OLD_VALUE));
    rig.bench.run(&format!("rotate {SECRET} --wait")).await.exits(0);
    rig.assert_whole().await;
}
