//! What Azure tells of the account and of what keybaton may do, where keybaton may read it.

use keybaton_ports::Blame;
use keybaton_testkit::fake::{Door, StorageRights};
use serde_json::json;

use super::rig::Rig;

async fn differences(rig: &Rig) -> Vec<String> {
    rig.issuer(&json!({})).describing().unwrap().differences().await.unwrap()
}

#[tokio::test]
async fn an_identity_that_may_read_keys_and_make_none_is_found_out_before_a_rotation() {
    let rig = Rig::new().await;
    assert_eq!(differences(&rig).await, Vec::<String>::new());
    rig.account.desk().rights = StorageRights::Reader;
    let found = differences(&rig).await;
    assert!(found.len() == 1 && found[0].contains("may not make a key anew"), "{found:?}");
    assert_eq!(rig.times(), (0, 0));
}

#[tokio::test]
async fn an_account_that_takes_no_signed_request_is_found_out_before_a_rotation() {
    let rig = Rig::new().await;
    rig.account.desk().door = Door::NoKeys;
    let found = differences(&rig).await;
    assert!(found.len() == 1 && found[0].contains("allowSharedKeyAccess is false"), "{found:?}");
}

#[tokio::test]
async fn an_identity_that_may_read_neither_is_no_mistake_and_says_so() {
    let rig = Rig::new().await;
    rig.account.desk().rights = StorageRights::Operator;
    let fault = rig.issuer(&json!({})).describing().unwrap().differences().await.unwrap_err();
    assert_eq!(fault.blame, Blame::OurCredential, "{fault}");
}
