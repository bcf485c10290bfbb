//! Two keys and no more; when one was last used; marks, and what people wrote. As moto has them, which knows the limit.

use keybaton_ports::{Blame, Certainty, Create, Verdict};
use keybaton_testkit::server::Aws;
use serde_json::json;

use super::rig::{Rig, listed, make};
use crate::bench::{label, secret};

#[tokio::test]
async fn a_user_with_two_keys_is_full_and_both_go_on_working() {
    let Some(aws) = Aws::moto().await else { return };
    let rig = Rig::at_moto(aws);
    let issuer = rig.issuer(&json!({}));
    let (a, b) = (make(&*issuer, 1).await, make(&*issuer, 2).await);
    let create = Create { secret: &secret(), label: &label(3), value: None, taken: &[] };
    let fault = issuer.create(create).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::Full, Certainty::Refused), "{fault}");
    assert_eq!([rig.verdict(&a).await, rig.verdict(&b).await], [Verdict::Accepted; 2]);
    assert_eq!(issuer.listing().unwrap().list().await.unwrap().len(), 2);
    issuer.destroy(&a.id).await.unwrap();
    let c = make(&*issuer, 4).await;
    assert_eq!(rig.verdict(&c).await, Verdict::Accepted);
    assert_eq!(rig.verdict(&a).await, Verdict::Refused);
}

#[tokio::test]
async fn the_last_use_is_told_and_how_late_it_may_be_stands_in_the_sheet() {
    let Some(aws) = Aws::moto().await else { return };
    let rig = Rig::at_moto(aws);
    let issuer = rig.issuer(&json!({}));
    assert_eq!(issuer.traits().last_used_lag, Some(std::time::Duration::from_hours(4)));
    let made = make(&*issuer, 1).await;
    let fresh = listed(&*issuer, &made.id).await.unwrap();
    assert_eq!(fresh.last_used, None, "it was never used");
    assert_eq!(rig.verdict(&made).await, Verdict::Accepted);
    let used = listed(&*issuer, &made.id).await.unwrap();
    assert!(used.last_used >= used.created && used.created.is_some(), "{used:?}");
    let silent = rig.issuer(&json!({ "last_used": "ignore" }));
    assert_eq!(silent.traits().last_used_lag, None);
    assert_eq!(listed(&*silent, &made.id).await.unwrap().last_used, None);
    let exact = rig.issuer(&json!({ "last_used_lag": "30m" }));
    assert_eq!(exact.traits().last_used_lag, Some(std::time::Duration::from_mins(30)));
}

#[tokio::test]
async fn a_description_that_somebody_gave_a_key_is_shown_and_stays() {
    let Some(aws) = Aws::ministack().await else { return };
    let rig = Rig::new(aws);
    let theirs = aws.access_key(&rig.user);
    let tag = [
        ("UserName", rig.user.as_str()),
        ("Tags.member.1.Key", theirs.id.as_str()),
        ("Tags.member.1.Value", "laptop of ana"),
    ];
    aws.run("TagUser", &tag);
    let issuer = rig.issuer(&json!({}));
    let ours = make(&*issuer, 7).await;
    assert_eq!(listed(&*issuer, &ours.id).await.unwrap().label, Some(label(7).0));
    issuer.destroy(&ours.id).await.unwrap();
    assert_eq!(listed(&*issuer, &theirs.id.as_str().into()).await.unwrap().label.as_deref(), Some("laptop of ana"));
    let tags = aws.run("ListUserTags", &[("UserName", &rig.user)]);
    assert!(!tags.contains(&ours.id.0), "the mark of a destroyed key is gone");
}
