//! What a signed request proves, and what it does not; at a server of ours, and at Microsoft's own emulator.

use keybaton_ports::{Blame, Certainty, Presented, Verdict};
use keybaton_testkit::fake::{ACCOUNT, Door};
use keybaton_testkit::server::Azurite;
use keybaton_types::IssuedId;
use serde_json::json;

use super::rig::{Rig, create};
use crate::bench::{drawn, probe, secret, text};

#[tokio::test]
async fn only_a_word_about_the_key_itself_counts_against_it() {
    let rig = Rig::new().await;
    let (key, other) = (rig.value("key1"), text("bm90IHRoaXMgb25l"));
    assert_eq!(rig.verdict(&key).await.unwrap(), Verdict::Accepted);
    assert_eq!(rig.verdict(&other).await.unwrap(), Verdict::Refused);
    assert_eq!(rig.verdict(&text("this is no base64")).await.unwrap(), Verdict::Refused);
    rig.account.desk().door = Door::Busy;
    assert_eq!(rig.verdict(&key).await.unwrap(), Verdict::Inconclusive);
    for (door, blame, words) in [
        (Door::NoKeys, Blame::Rejected, "allowSharedKeyAccess is false"),
        (Door::NoNetwork, Blame::Rejected, "network rules"),
        (Door::Disabled, Blame::Rejected, "disabled"),
        (Door::Askew, Blame::Transient, "clocks"),
    ] {
        rig.account.desk().door = door;
        let fault = rig.verdict(&key).await.unwrap_err();
        assert_eq!((fault.blame, fault.certainty), (blame, Certainty::Refused), "{door:?}: {fault}");
        assert!(fault.to_string().contains(words), "{door:?}: {fault}");
    }
}

/// The emulator has the keys that it is started with, so it is started again with those that the account has now.
#[tokio::test]
async fn the_keys_that_are_made_sign_requests_to_a_storage_service() {
    let rig = Rig::new().await;
    let old = rig.value("key2");
    let made = create(&*rig.issuer(&json!({})), &[rig.id("key1").await]).await.unwrap().value.unwrap();
    let keys = ["key1", "key2"].map(|slot| rig.account.desk().key(slot));
    let Some(azurite) = Azurite::with(ACCOUNT, keys.each_ref().map(String::as_str)).await else { return };
    let probe = probe("azure-storage", &json!({ "azure-storage": ACCOUNT, "endpoint": azurite.endpoint() }));
    let (secret, id) = (secret(), IssuedId::from("any"));
    for value in [&made, &rig.value("key1")] {
        let verdict = probe.probe(Presented { secret: &secret, id: &id, value }).await.unwrap();
        assert_eq!(verdict, Verdict::Accepted);
    }
    for value in [&old, &drawn()] {
        // It says of every wrong signature what Azure says of a network that is not let in.
        let fault = probe.probe(Presented { secret: &secret, id: &id, value }).await.unwrap_err();
        assert_eq!(fault.blame, Blame::Rejected, "{fault}");
    }
}
