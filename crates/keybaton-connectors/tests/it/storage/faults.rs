//! What is wrong for a while, and what is said of it.

use keybaton_ports::{Blame, Certainty, Verdict};
use keybaton_testkit::fake::{OWN_SECRET, StorageMode, StorageRights};
use serde_json::json;

use super::rig::{Rig, built, create};

#[tokio::test]
async fn each_trouble_is_named_harms_no_key_in_use_and_is_over_when_it_is_over() {
    let hasty = json!({ "timeout": "400ms" });
    for (mode, blame, certainty, times) in [
        (StorageMode::Says(503, "ServerBusy"), Blame::Transient, Certainty::NotSent, 0),
        (StorageMode::Says(409, "StorageAccountIsNotProvisioned"), Blame::Transient, Certainty::NotSent, 0),
        (StorageMode::Says(409, "ScopeLocked"), Blame::Rejected, Certainty::Refused, 0),
        (StorageMode::Says(400, "InvalidRequest"), Blame::Rejected, Certainty::Refused, 0),
        (StorageMode::Says(404, "ResourceNotFound"), Blame::Rejected, Certainty::Refused, 0),
        (StorageMode::Hangs, Blame::Transient, Certainty::NotSent, 0),
        (StorageMode::Babbles, Blame::Corrupt, Certainty::NotSent, 0),
        (StorageMode::Refuses(500, "InternalServerError"), Blame::Transient, Certainty::Unknown, 0),
        (StorageMode::Refuses(409, "Conflict"), Blame::Transient, Certainty::Unknown, 0),
        (StorageMode::Refuses(409, "StorageAccountOperationInProgress"), Blame::Transient, Certainty::NotSent, 0),
        (StorageMode::Refuses(400, "InvalidRequest"), Blame::Rejected, Certainty::Refused, 0),
        (StorageMode::Swallows, Blame::Transient, Certainty::Unknown, 1),
        (StorageMode::Lags, Blame::Corrupt, Certainty::Unknown, 1),
    ] {
        let rig = Rig::new().await;
        let (used, old) = (rig.id("key1").await, rig.value("key1"));
        rig.account.behave(mode);
        let fault = create(&*rig.issuer(&hasty), std::slice::from_ref(&used)).await.err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (blame, certainty), "{mode:?}: {fault}");
        assert!(!fault.to_string().contains("canary"), "{fault}");
        assert_eq!(rig.times(), (0, times), "{mode:?}");
        rig.account.behave(StorageMode::Well);
        let made = create(&*rig.issuer(&json!({})), &[used]).await.unwrap();
        assert_eq!(rig.times(), (0, times + 1), "{mode:?}: the same slot again");
        assert_eq!(rig.verdict(made.value.as_ref().unwrap()).await.unwrap(), Verdict::Accepted, "{mode:?}");
        assert_eq!(rig.verdict(&old).await.unwrap(), Verdict::Accepted, "{mode:?}");
    }
}

#[tokio::test]
async fn a_destroy_without_an_answer_is_unknown_and_the_same_again_touches_nothing_else() {
    let rig = Rig::new().await;
    let id = rig.id("key2").await;
    rig.account.behave(StorageMode::Swallows);
    let fault = rig.issuer(&json!({ "timeout": "400ms" })).destroy(&id).await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::Unknown), "{fault}");
    rig.account.behave(StorageMode::Well);
    rig.issuer(&json!({})).destroy(&id).await.unwrap();
    assert_eq!(rig.times(), (0, 1));
}

#[tokio::test]
async fn a_service_that_throttles_has_done_nothing_and_is_left_alone() {
    let rig = Rig::new().await;
    let (id, asked) = (rig.id("key1").await, rig.account.desk().requests.len());
    rig.account.behave(StorageMode::Throttles(60));
    for _twice in 0..2 {
        let fault = create(&*rig.issuer(&json!({})), std::slice::from_ref(&id)).await.err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
        rig.account.behave(StorageMode::Well);
    }
    assert_eq!((rig.times(), rig.account.desk().requests.len()), ((0, 0), asked));
}

#[tokio::test]
async fn an_identity_that_may_not_is_told_from_a_login_that_is_wrong() {
    let rig = Rig::new().await;
    let id = rig.id("key1").await;
    for rights in [StorageRights::Reader, StorageRights::Nobody] {
        rig.account.desk().rights = rights;
        let fault = create(&*rig.issuer(&json!({})), std::slice::from_ref(&id)).await.err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::Refused), "{fault}");
        assert!(fault.to_string().contains("Storage Account Key Operator Service Role"), "{fault}");
    }
    rig.account.desk().rights = StorageRights::Operator;
    let wrong = built(&rig.at(&rig.account.url(), &json!({})), "wrong~secret");
    let fault = create(&*wrong, std::slice::from_ref(&id)).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::Refused), "{fault}");
    assert!(fault.to_string().contains("AADSTS7000215") && !fault.to_string().contains("wrong~secret"), "{fault}");
    assert_eq!(rig.times(), (0, 0));
    create(&*built(&rig.at(&rig.account.url(), &json!({})), OWN_SECRET), &[id]).await.unwrap();
}

#[tokio::test]
async fn a_place_that_is_not_there_is_said() {
    let rig = Rig::new().await;
    for (more, words) in [
        (json!({ "subscription_id": "44444444-0000-4000-8000-000000000004" }), "no such subscription"),
        (json!({ "resource_group": "rg-other" }), "no such resource group"),
        (json!({ "account": "another" }), "no such storage account"),
    ] {
        let fault = rig.issuer(&more).listing().unwrap().list().await.unwrap_err();
        assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused), "{fault}");
        assert!(fault.to_string().contains(words), "{fault}");
    }
}
