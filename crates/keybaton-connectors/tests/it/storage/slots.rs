//! Which slot is made anew, and which never is.

use keybaton_ports::{Blame, Certainty, Verdict};
use keybaton_types::IssuedId;
use serde_json::json;

use super::rig::{Rig, create};

#[tokio::test]
async fn a_new_key_takes_the_slot_that_no_live_key_of_ours_is_in() {
    let rig = Rig::new().await;
    let issuer = rig.issuer(&json!({ "spare": "key1" }));
    for (used, times) in [("key1", (0, 1)), ("key2", (1, 1)), ("key1", (1, 2))] {
        let made = create(&*issuer, &[rig.id(used).await]).await.unwrap();
        assert_eq!(rig.times(), times, "{used} is in use, whatever is said to be spare");
        assert!(!made.id.0.starts_with(used) && made.id.0.len() == "key1:".len() + 16, "{}", made.id);
    }
}

#[tokio::test]
async fn nothing_is_made_where_either_key_may_be_in_use_until_a_person_names_the_spare_one() {
    let rig = Rig::new().await;
    let fault = create(&*rig.issuer(&json!({})), &[]).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused), "{fault}");
    assert!(fault.to_string().contains("adopt the one that is"), "{fault}");
    assert_eq!(rig.times(), (0, 0));
    create(&*rig.issuer(&json!({ "spare": "key1" })), &[]).await.unwrap();
    assert_eq!(rig.times(), (1, 0));
}

#[tokio::test]
async fn two_live_keys_of_ours_leave_no_room() {
    let rig = Rig::new().await;
    let both = [rig.id("key1").await, rig.id("key2").await];
    let fault = create(&*rig.issuer(&json!({ "spare": "key1" })), &both).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::Full, Certainty::Refused), "{fault}");
    let stranger = IssuedId::from("AKIA123");
    let fault = create(&*rig.issuer(&json!({ "spare": "key1" })), &[stranger]).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::NotFound, Certainty::Refused), "{fault}");
    assert_eq!(rig.times(), (0, 0));
}

#[tokio::test]
async fn a_slot_that_somebody_else_made_anew_is_left_to_him() {
    let rig = Rig::new().await;
    let (issuer, id, ours) = (rig.issuer(&json!({})), rig.id("key1").await, rig.value("key1"));
    rig.account.desk().regenerate("key1");
    let theirs = rig.value("key1");
    let list = issuer.listing().unwrap().list().await.unwrap();
    assert!(list.iter().all(|listed| listed.id != id), "it is gone");
    assert_eq!(issuer.recognising().unwrap().recognise(&ours).await.unwrap(), None);
    issuer.destroy(&id).await.unwrap();
    assert_eq!(rig.times(), (1, 0), "the key of somebody else lives");
    assert_eq!(rig.verdict(&theirs).await.unwrap(), Verdict::Accepted);
    assert_eq!(rig.verdict(&ours).await.unwrap(), Verdict::Refused);
}

#[tokio::test]
async fn a_slot_is_no_name_of_a_key() {
    let rig = Rig::new().await;
    for id in ["key1", "kerb1:0123456789abcdef", "key1:0123"] {
        let fault = rig.issuer(&json!({})).destroy(&IssuedId::from(id)).await.unwrap_err();
        assert_eq!((fault.blame, fault.certainty), (Blame::NotFound, Certainty::Refused), "{fault}");
    }
    assert!(rig.account.desk().requests.is_empty());
}

#[tokio::test]
async fn keys_of_kerberos_are_none_of_the_accounts() {
    let rig = Rig::new().await;
    let list = rig.issuer(&json!({})).listing().unwrap().list().await.unwrap();
    let slots: Vec<&str> = list.iter().map(|listed| listed.id.0.split(':').next().unwrap()).collect();
    assert_eq!(slots, ["key1", "key2"]);
    assert!(list.iter().all(|listed| listed.created.is_some() && listed.label.is_none()));
}
