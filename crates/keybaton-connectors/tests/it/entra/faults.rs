//! What is wrong for a while, and what is said of it.

use keybaton_ports::{Blame, Certainty, Verdict};
use keybaton_testkit::fake::{DirectoryMode, OWN_SECRET, Owner};
use keybaton_types::IssuedId;
use serde_json::json;

use super::rig::{Rig, built, create};

#[tokio::test]
async fn each_trouble_is_named_and_over_when_it_is_over() {
    let hasty = json!({ "timeout": "400ms" });
    for (mode, blame, certainty) in [
        (DirectoryMode::Status(503), Blame::Transient, Certainty::Unknown),
        (DirectoryMode::Hangs, Blame::Transient, Certainty::Unknown),
        (DirectoryMode::Swallows, Blame::Transient, Certainty::Unknown),
        (DirectoryMode::Babbles, Blame::Corrupt, Certainty::Unknown),
        (DirectoryMode::Status(409), Blame::Transient, Certainty::Unknown),
        (DirectoryMode::Status(400), Blame::Rejected, Certainty::Refused),
    ] {
        let rig = Rig::new().await;
        let issuer = rig.issuer(&hasty);
        rig.directory.behave(mode);
        let fault = create(&*issuer, 1).await.err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (blame, certainty), "{mode:?}: {fault}");
        assert!(!fault.to_string().contains("canary"), "{fault}");
        let happened = !rig.directory.desk().live().is_empty();
        assert!(!happened || certainty == Certainty::Unknown, "{mode:?}");
        rig.directory.behave(DirectoryMode::Well);
        let made = create(&*issuer, 2).await.unwrap();
        assert_eq!(rig.verdict(&made).await.unwrap(), Verdict::Accepted, "{mode:?}");
    }
}

#[tokio::test]
async fn a_service_that_throttles_has_done_nothing_and_is_left_alone() {
    let rig = Rig::new().await;
    rig.directory.behave(DirectoryMode::Throttles(60));
    for _twice in 0..2 {
        let fault = create(&*rig.issuer(&json!({})), 1).await.err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (Blame::Transient, Certainty::NotSent), "{fault}");
    }
    assert!(rig.directory.desk().requests.is_empty() && rig.directory.desk().passwords.is_empty());
}

#[tokio::test]
async fn an_identity_that_is_no_owner_is_told_from_a_login_that_is_wrong() {
    let rig = Rig::new().await;
    rig.directory.desk().owner = Owner::No;
    let fault = create(&*rig.issuer(&json!({})), 1).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::OurCredential, Certainty::Refused), "{fault}");
    let wrong = built(&rig.at(&rig.directory.url(), &json!({})), "wrong~secret");
    let fault = create(&*wrong, 1).await.err().unwrap();
    assert_eq!(fault.blame, Blame::OurCredential, "{fault}");
    assert!(fault.to_string().contains("AADSTS7000215") && !fault.to_string().contains("wrong~secret"), "{fault}");
    assert!(built(&rig.at(&rig.directory.url(), &json!({})), OWN_SECRET).listing().unwrap().list().await.is_err());
}

#[tokio::test]
async fn passwords_of_others_are_listed_and_left_alone() {
    let rig = Rig::new().await;
    let theirs = rig.directory.desk().add("made in the portal");
    let issuer = rig.issuer(&json!({}));
    let made = create(&*issuer, 1).await.unwrap();
    let list = issuer.listing().unwrap().list().await.unwrap();
    let labels: Vec<_> = list.iter().map(|listed| listed.label.as_deref().unwrap_or_default()).collect();
    assert_eq!(labels, ["made in the portal", "kb1-c0ffee-app-prod-1"]);
    assert!(list.iter().all(|listed| listed.created.is_some()));
    issuer.destroy(&made.id).await.unwrap();
    issuer.destroy(&IssuedId("00000000-0000-4000-8000-00000000dead".to_owned())).await.unwrap();
    let left: Vec<String> = rig.directory.desk().live().iter().map(|password| password.key_id.clone()).collect();
    assert_eq!(left, [theirs.key_id]);
}

#[tokio::test]
async fn a_destroy_that_is_refused_for_another_reason_is_not_taken_for_success() {
    let rig = Rig::new().await;
    let issuer = rig.issuer(&json!({}));
    let made = create(&*issuer, 1).await.unwrap();
    rig.directory.behave(DirectoryMode::Status(400));
    let fault = issuer.destroy(&made.id).await.unwrap_err();
    assert_eq!(fault.blame, Blame::Rejected, "{fault}");
    assert_eq!(rig.directory.desk().live().len(), 1);
}

#[tokio::test]
async fn an_application_that_is_not_there_is_said() {
    let rig = Rig::new().await;
    let astray = rig.issuer(&json!({ "client_id": "33333333-0000-4000-8000-000000000003" }));
    let fault = create(&*astray, 1).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused), "{fault}");
    assert!(fault.to_string().contains("404"), "{fault}");
}
