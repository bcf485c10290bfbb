//! AWS is late: a switch that was answered has not happened everywhere, a clock differs, an account is busy.

use keybaton_ports::{Blame, Certainty, Create, Presented, Verdict};
use keybaton_testkit::server::Aws;
use serde_json::json;

use super::rig::{Rig, listed, make, probe_at, verdict};
use crate::aws::front::{Canned, Front};
use crate::bench::{label, secret};

#[tokio::test]
async fn a_switch_that_was_answered_is_believed_when_the_probe_and_the_list_show_it() {
    let Some(aws) = Aws::ministack().await else { return };
    let (rig, front) = (Rig::new(aws), Front::before(aws.port()).await);
    let issuer = rig.issuer_at(&front.url(), &json!({}));
    let made = make(&*issuer, 1).await;
    front.lags();
    issuer.switching().unwrap().disable(&made.id).await.unwrap();
    assert_eq!(rig.verdict(&made).await, Verdict::Accepted, "it still works");
    assert_eq!(listed(&*issuer, &made.id).await.unwrap().enabled, Some(true));
    front.land().await;
    assert_eq!(rig.verdict(&made).await, Verdict::Refused);
    assert_eq!(listed(&*issuer, &made.id).await.unwrap().enabled, Some(false));
    assert!(!issuer.traits().quiescence.is_zero());
    let usual = rig.issuer(&json!({ "propagation": "60s" }));
    assert_eq!(usual.traits().propagation, std::time::Duration::from_mins(1));
}

#[tokio::test]
async fn nothing_that_is_not_about_a_key_is_a_refusal_of_it() {
    let Some(aws) = Aws::ministack().await else { return };
    let (rig, front) = (Rig::new(aws), Front::before(aws.port()).await);
    let made = make(&*rig.issuer(&json!({})), 1).await;
    let probe = probe_at(&front.url());
    let (secret, value) = (secret(), made.value.as_ref().unwrap());
    let presented = Presented { secret: &secret, id: &made.id, value };
    for canned in [
        Canned::xml(400, "Throttling", "Rate exceeded"),
        Canned::xml(403, "SignatureDoesNotMatch", "Signature expired: a is now earlier than b"),
        Canned::xml(403, "RequestExpired", "x"),
        Canned::xml(503, "ServiceUnavailable", "x"),
        Canned::xml(403, "AccessDenied", "denied by the policy of an endpoint"),
    ] {
        front.says("GetCallerIdentity", canned);
        let fault = probe.probe(presented).await.unwrap_err();
        assert!(!fault.to_string().contains(&made.id.0), "{fault}");
    }
    for code in ["InvalidClientTokenId", "SignatureDoesNotMatch"] {
        front.says("GetCallerIdentity", Canned::xml(403, code, "x"));
        assert_eq!(verdict(&*probe, &made).await, Verdict::Refused);
    }
    front.forwards();
    assert_eq!(verdict(&*probe, &made).await, Verdict::Accepted);
}

#[tokio::test]
async fn an_account_that_throttles_did_nothing_and_one_in_trouble_may_have() {
    let Some(aws) = Aws::ministack().await else { return };
    let (rig, front) = (Rig::new(aws), Front::before(aws.port()).await);
    let issuer = rig.issuer_at(&front.url(), &json!({}));
    let create = || Create { secret: &SECRET, label: &LABEL, value: None, taken: &[] };
    for (canned, certainty) in [
        (Canned::xml(400, "Throttling", "Rate exceeded"), Certainty::NotSent),
        (Canned::xml(409, "EntityTemporarilyUnmodifiable", "x"), Certainty::NotSent),
        (Canned::xml(503, "ServiceUnavailable", "x"), Certainty::Unknown),
        (Canned::xml(500, "ServiceFailure", "x"), Certainty::Unknown),
    ] {
        front.says("CreateAccessKey", canned);
        let fault = issuer.create(create()).await.err().unwrap();
        assert_eq!((fault.blame, fault.certainty), (Blame::Transient, certainty), "{fault}");
    }
    front.says("TagUser", Canned::xml(403, "AccessDenied", "x"));
    let made = issuer.create(create()).await.unwrap();
    assert_eq!(rig.verdict(&made).await, Verdict::Accepted, "a key without a mark is a key");
    assert_eq!(listed(&*issuer, &made.id).await.unwrap().label, None);
}

#[tokio::test]
async fn a_list_without_the_last_use_is_no_list() {
    let Some(aws) = Aws::ministack().await else { return };
    let (rig, front) = (Rig::new(aws), Front::before(aws.port()).await);
    let issuer = rig.issuer_at(&front.url(), &json!({}));
    make(&*issuer, 1).await;
    for action in ["GetAccessKeyLastUsed", "ListUserTags"] {
        front.says(action, Canned::xml(403, "AccessDenied", "x"));
        let fault = issuer.listing().unwrap().list().await.unwrap_err();
        assert_eq!(fault.blame, Blame::OurCredential, "{fault}");
        assert!(fault.to_string().starts_with(&format!("iam:{action}: permission denied")), "{fault}");
    }
    front.forwards();
    assert_eq!(issuer.listing().unwrap().list().await.unwrap().len(), 1);
}

static SECRET: std::sync::LazyLock<keybaton_types::SecretId> = std::sync::LazyLock::new(secret);
static LABEL: std::sync::LazyLock<keybaton_types::Label> = std::sync::LazyLock::new(|| label(9));
