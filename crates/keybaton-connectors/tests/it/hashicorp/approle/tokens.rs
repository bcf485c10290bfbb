//! Tokens outlive the secret id that they were issued for: they count as sessions, and are revoked with it.

use keybaton_ports::{Blame, Certainty, Verdict};
use keybaton_testkit::server::OpenBao;
use keybaton_types::IssuedId;
use serde_json::json;

use super::rig::{Rig, listed, make};

#[tokio::test]
async fn tokens_of_the_old_secret_id_are_revoked_and_those_of_the_new_one_live() {
    let Some(bao) = OpenBao::shared().await else { return };
    let rig = Rig::new(bao);
    let issuer = rig.issuer(&json!({}));
    let (old, new) = (make(&*issuer, 1).await, make(&*issuer, 2).await);
    let tokens = [&old, &new].map(|made| rig.login(made.value.as_ref().unwrap()).unwrap());
    let sessions = issuer.sessions().unwrap();
    assert_eq!((sessions.count(&old.id).await.unwrap(), sessions.count(&new.id).await.unwrap()), (1, 1));
    issuer.destroy(&old.id).await.unwrap();
    assert_eq!(rig.verdict(&old).await, Verdict::Refused);
    assert!(rig.lives(&tokens[0]), "a token outlives its secret id");
    assert_eq!(sessions.count(&old.id).await.unwrap(), 1, "and is still known as its");
    sessions.end(&old.id).await.unwrap();
    assert_eq!((rig.lives(&tokens[0]), rig.lives(&tokens[1])), (false, true));
    assert_eq!(sessions.count(&old.id).await.unwrap(), 0);
    assert_eq!(rig.verdict(&new).await, Verdict::Accepted);
    assert_eq!(sessions.count(&new.id).await.unwrap(), 1, "a probe leaves no token behind");
}

#[tokio::test]
async fn tokens_of_an_adopted_secret_id_are_known_where_it_is_the_only_one_without_a_label() {
    let Some(bao) = OpenBao::shared().await else { return };
    let rig = Rig::new(bao);
    let issuer = rig.issuer(&json!({}));
    let (accessor, value) = rig.by_hand();
    let old = issuer.recognising().unwrap().recognise(&value).await.unwrap().unwrap();
    assert_eq!(old, IssuedId(accessor));
    let token = rig.login(&value).unwrap();
    let new = make(&*issuer, 1).await;
    let fresh = rig.login(new.value.as_ref().unwrap()).unwrap();
    let (other, theirs) = rig.by_hand();
    let fault = issuer.sessions().unwrap().end(&old).await.unwrap_err();
    assert_eq!((fault.blame, fault.certainty), (Blame::Rejected, Certainty::Refused), "{fault}");
    assert!(rig.lives(&token) && rig.login(&theirs).is_some());
    issuer.destroy(&IssuedId(other)).await.unwrap();
    issuer.destroy(&old).await.unwrap();
    issuer.sessions().unwrap().end(&old).await.unwrap();
    assert_eq!((rig.lives(&token), rig.lives(&fresh)), (false, true));
    assert_eq!(listed(&*issuer).await.len(), 1);
}

#[tokio::test]
async fn tokens_are_left_alone_where_the_settings_say_so_and_plan_warns() {
    let Some(bao) = OpenBao::shared().await else { return };
    let rig = Rig::new(bao);
    let issuer = rig.issuer(&json!({ "tokens": "leave" }));
    assert!(issuer.sessions().is_none());
    assert!(issuer.cautions().iter().any(|risk| risk.what.contains("work on until they end")));
}
